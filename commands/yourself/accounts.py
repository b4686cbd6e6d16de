"""Accounts: `/me`, its settings, and linking a second account."""

from __future__ import annotations

from babel.core import Locale

from bot.arguments import OptionType, arguments, takes
from bot.chain import sealed
from bot.chat import Refusal, Reply
from bot.collective.access import ROLE_NAMES, removed
from bot.collective.accounts import AccountAdded, CodeOffered, MembersMerged
from bot.collective.catalogue import read_value
from bot.collective.codes import digest_of, secret_of
from bot.collective.members import LanguageChosen, Member, MemberRenamed, ZoneChosen
from bot.collective.pages import PageLinkVoided
from bot.collective.prefixes import typed_anywhere
from bot.collective.roles import Role
from bot.collective.state import State
from bot.command import Command
from bot.decision import Accepted, Ask, Query
from bot.feature import Feature
from bot.language.tokens import mention
from bot.language.zones import zone_named
from bot.text.languages import offered
from bot.text.wording import Node, Person, Time, Typed, Words, items, joined, lines, say
from commands.funding.leaving import given_back, returned_cards, returned_queries
from commands.ledger.exits import carried_told
from commands.people.naming import new_name
from commands.yourself import iban
from commands.yourself.leaving import (
    YES,
    MeForgetArgs,
    MeLeaveArgs,
    export,
    export_queries,
    forget,
    forgetting_queries,
    leave,
    leaving_queries,
)
from commands.yourself.privacy import MePrivacyArgs, privacy

_ROOMS = "room"


def me(state: State, ask: Ask) -> Accepted:
    """What the collective knows about the one who asks."""
    who = ask.me
    accounts = state.members.accounts(who.number) or [(ask.actor.platform, ask.actor.id)]
    roles = (
        joined(ROLE_NAMES[role] for role in sorted(who.roles)) if who.roles else ROLE_NAMES[Role.MEMBER]
    )
    body = lines(
        say("You are {name}, one of the {roles} here.", name=who.shown, roles=roles),
        say("Accounts: {accounts}", accounts=joined(f"{p}: {a}" for p, a in accounts)),
        say("Language: {language}; time zone: {zone}.", language=ask.language, zone=ask.zone),
    )
    facts = {"member": who.number, "roles": sorted(role.value for role in who.roles)}
    return Accepted(replies=(Reply(body, private=True, facts=facts),))


@arguments
class MeLanguageArgs:
    """What `/me language` takes."""

    language: str = takes(OptionType.WORD, say("a language, or room"), positional=True)


def language(state: State, ask: Ask[MeLanguageArgs]) -> Accepted:
    """Choose the language of one's own private answers; `room` takes the room's."""
    wanted = ask.args.language
    if wanted.casefold() == _ROOMS:
        told = Reply(say("From now on you get the room's language."), private=True)
        return Accepted((LanguageChosen(member=ask.me.number, language=""),), (), (told,))
    spoken = _spoken(wanted)
    if spoken is None:
        raise Refusal(
            "language-unknown",
            say("I do not speak “{language}”.", language=wanted),
            word=wanted,
            instead=say(
                "I speak {languages}; {room} takes the room's.",
                languages=joined(offered()),
                room=Words(_ROOMS),
            ),
        )
    told = Reply(
        say("From now on I answer you in {language}.", language=_own_name(spoken)), private=True
    )
    return Accepted((LanguageChosen(member=ask.me.number, language=spoken),), (), (told,))


def _spoken(language: str) -> str | None:
    """The language as the rules write it, if it is one that there are words for."""
    try:
        value = str(read_value("language", language))
    except Refusal:
        return None
    return value if value.partition("-")[0] in offered() else None


def _own_name(language: str) -> str:
    """A language's name in itself, so that whoever chose it can read it."""
    return Locale.parse(language, sep="-").get_display_name() or language


@arguments
class MeZoneArgs:
    """What `/me zone` takes."""

    zone: str = takes(OptionType.WORD, say("a time zone, or room"), positional=True)


def zone(state: State, ask: Ask[MeZoneArgs]) -> Accepted:
    """Choose the time zone of one's own days and hours; `room` takes the room's."""
    wanted = ask.args.zone
    if wanted.casefold() == _ROOMS:
        told = Reply(say("From now on you have the room's time zone."), private=True)
        return Accepted((ZoneChosen(member=ask.me.number, zone=""),), (), (told,))
    known = zone_named(wanted)
    if known is None:
        raise Refusal(
            "zone-unknown",
            say("I know no time zone “{zone}”.", zone=wanted),
            word=wanted,
            instead=say("It looks like Europe/Berlin; {room} takes the room's.", room=Words(_ROOMS)),
        )
    told = Reply(say("From now on your days and hours are those of {zone}.", zone=known), private=True)
    return Accepted((ZoneChosen(member=ask.me.number, zone=known),), (), (told,))


@arguments
class MeLinkArgs:
    """What `/me link` takes."""

    code: str = takes(
        OptionType.WORD, say("the code, on the other account"), positional=True, default=""
    )
    sure: str = YES


def link(state: State, ask: Ask[MeLinkArgs]) -> Accepted:
    """A code for one's other account; or, with a code, make this account one with the other's."""
    me = state.members.who(ask.actor)
    if ask.args.code:
        return _linked(state, ask, me)
    if me is None:
        raise Refusal(
            "not-member",
            say("You are not a member here yet."),
            instead=say("Type it from the account that is one, and here the code that you get."),
        )
    secret = secret_of(ask.moment.chance.salt())[:9]
    until = ask.moment.at + ask.rules.number("link-lapses") * 60_000
    event = CodeOffered(member=me.number, code=digest_of(secret), until=until)
    told = lines(
        say("From your other account, in a room of {name}, type:", name=state.name),
        typed_anywhere(f"me link {secret}"),
        say("It is good once, until {at}. Show it to nobody else.", at=Time(until)),
    )
    return Accepted((event,), (), (Reply(told, private=True, facts={"code": secret}, fleeting=True),))


def _linked(state: State, ask: Ask[MeLinkArgs], me: Member | None) -> Accepted:
    known = state.members.known(ask.actor)
    if known is not None and known.removed:
        raise removed()
    digest = digest_of(ask.args.code)
    offer = state.members.offer(digest, ask.moment.at)
    target = state.members.member(offer.member) if offer else None
    if target is None or not target.here:
        raise Refusal(
            "code-unknown",
            say("This code is good for nothing: it was used, or has lapsed, or was never one."),
            instead=say("{link}, from your other account, gives a new one.", link=Typed("me link")),
        )
    if me is target:
        raise Refusal("code-own", say("That is your own code; it is for your other account."))
    if me is None:
        account = sealed(ask.actor.id, ask.moment.chance.salt())
        added = AccountAdded(
            member=target.number,
            platform=ask.actor.platform,
            account=account.seal,
            code=digest,
        )
        told = lines(
            say("This account is {who}'s from now on.", who=target.shown), _voided_told(state, target)
        )
        return Accepted((added, *_voided(state, target)), (account,), (Reply(told),))
    return _merged(state, ask, digest, me, target)


def _merged(state: State, ask: Ask[MeLinkArgs], digest: str, me: Member, target: Member) -> Accepted:
    """Two members become one, when whoever entered the code says so twice."""
    if not ask.args.sure:
        open_ = carried_told(state, me.number)
        told = lines(
            say(
                "You, {me}, would become one person with {who}: your contributions, balances, roles "
                "and votes become theirs.",
                me=me.shown,
                who=target.shown,
            ),
            items(open_) if open_ else None,
            say(
                "Only if {who} is you: {line}",
                who=target.shown,
                line=Typed(f"me link {ask.args.code} yes"),
            ),
        )
        return Accepted(replies=(Reply(told, private=True),))
    event = MembersMerged(
        member=target.number,
        absorbed=me.number,
        roles=tuple(sorted(me.roles - target.roles)),
        code=digest,
    )
    told = lines(
        say("{me} and {who} are one person from now on.", me=me.shown, who=target.shown),
        say("An admin can undo it: {unmerge}", unmerge=Typed(f"member unmerge {mention(target.name)}")),
        _voided_told(state, target),
    )
    given = tuple(given_back(state, state.members.numbers(me.number)))
    pictures = returned_cards(state, ask, given)
    return Accepted((*given, event, *_voided(state, target)), (), (Reply(told), *pictures))


def link_queries(state: State, ask: Ask[MeLinkArgs]) -> tuple[Query, ...]:
    """Where two become one, what the ideas are called that one of them backs."""
    return returned_queries(state) if ask.args.sure else ()


def _voided(state: State, who: Member) -> tuple[PageLinkVoided, ...]:
    """The end of the link to the pages that a coordinator handed on while somebody had no account."""
    if state.members.accounts(who.number):
        return ()
    mine = state.members.numbers(who.number)
    return tuple(PageLinkVoided(member=number) for number in mine if number in state.pages.links)


def _voided_told(state: State, who: Member) -> Node | None:
    if not _voided(state, who):
        return None
    return say(
        "The link to the pages that went through others' hands is good no more; {line} gives one of "
        "your own.",
        line=Typed("web link"),
    )


@arguments
class MeNameArgs:
    """What `/me name` takes."""

    name: str = takes(OptionType.TEXT, say("your name"), positional=True)


def name(state: State, ask: Ask[MeNameArgs]) -> Accepted:
    """Be called otherwise here."""
    wanted = new_name(state, ask.args.name, ask.me.number)
    text = ask.moment.seal(wanted)
    told = say("{before} is called {name} from now on.", before=ask.me.shown, name=Person(wanted))
    return Accepted((MemberRenamed(member=ask.me.number, name=text.seal),), (text,), (Reply(told),))


COMMANDS = (
    Command(
        name="me",
        about=say("what the collective knows about you"),
        also=say(
            "whoami, profile, account, who am i, who am I, my name, what's my name, what is my name"
        ),
        decide=me,
    ),
    Command(
        name="me language",
        about=say("choose the language of your private answers"),
        also=say("language, lang, locale"),
        decide=language,
        args=MeLanguageArgs,
        examples=("me language de", "me language room"),
    ),
    Command(
        name="me zone",
        about=say("choose the time zone of your days and hours"),
        also=say("timezone, zone, tz, time zone"),
        decide=zone,
        args=MeZoneArgs,
        examples=("me zone Europe/Berlin",),
    ),
    Command(
        name="me link",
        discreet=True,
        about=say("make two of your accounts one member"),
        also=say("link, connect, link account"),
        decide=link,
        wants=link_queries,
        role=Role.GUEST,
        args=MeLinkArgs,
        examples=("me link", "me link 2345-6789"),
    ),
    Command(
        name="me name",
        about=say("be called otherwise here"),
        also=say(
            "rename, nick, name, nickname, call me, my name is, i am called, i'm called, change my name"
        ),
        decide=name,
        args=MeNameArgs,
        examples=("me name Ann of the garden",),
    ),
    Command(
        name="me privacy",
        about=say("what is kept about you, your rights, and your name on the pages"),
        also=say(
            "web name, hide my name, privacy, who can see, who sees, what do you store, "
            "what do you know about me, what is stored, is this private, is it private, do "
            "you read, what do you keep, are my data safe, who can read, data protection"
        ),
        once={"web name hidden": "me privacy web off", "web name shown": "me privacy web on"},
        decide=privacy,
        args=MePrivacyArgs,
        former=True,
        examples=("me privacy", "me privacy web off", "me privacy web on"),
    ),
    Command(
        name="me export",
        about=say("everything that is kept about you, as a file"),
        also=say(
            "mydata, my data, data, export me, what data do you have, give me my data, download my data"
        ),
        decide=export,
        former=True,
        wants=export_queries,
    ),
    Command(
        name="me forget",
        about=say("destroy your name and your words here, and leave"),
        also=say(
            "delete my account, forget me, delete account, gdpr, erase me, delete me, "
            "remove me, remove my data, delete my data, erase my data, remove my account, "
            "delete everything, erase everything, forget everything, everything about me"
        ),
        decide=forget,
        former=True,
        wants=forgetting_queries,
        args=MeForgetArgs,
    ),
    Command(
        name="me leave",
        about=say("be a member no more"),
        also=say(
            "leave, quit, exit, unsubscribe, resign, bye, i'm out, i am out, leave group, "
            "leave the group, leave us, get me out, i quit, opt out"
        ),
        decide=leave,
        wants=leaving_queries,
        args=MeLeaveArgs,
    ),
)

FEATURE = Feature(name="accounts", commands=(*COMMANDS, *iban.COMMANDS))
