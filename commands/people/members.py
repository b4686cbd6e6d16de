"""Members: who belongs here, how somebody becomes a member, the roles that an admin gives."""

from __future__ import annotations

from bot.arguments import OptionType, arguments, flag, takes
from bot.chain import Sealed
from bot.chat import Actor, Refusal, Reply
from bot.collective.access import ROLE_NAMES, returned
from bot.collective.accounts import CodeOffered, MergeUndone
from bot.collective.codes import digest_of, secret_of
from bot.collective.events import Event
from bot.collective.grades import Grade
from bot.collective.members import (
    Candidate,
    Member,
    MemberJoined,
    MemberLeft,
    SeatHolderSet,
)
from bot.collective.prefixes import typed_anywhere
from bot.collective.roles import Role, RoleTaken
from bot.collective.rules import refused_by
from bot.collective.state import State
from bot.command import Asked, Command, Suggestion
from bot.decision import Accepted, Ask, Query
from bot.feature import Found
from bot.language.tokens import mention
from bot.text.wording import Node, Person, Strong, Time, Typed, Words, items, joined, lines, say, say_n
from commands.decisions.openly import openly
from commands.funding.leaving import given_back, returned_cards, returned_queries
from commands.ledger.exits import apart_told, ended, open_told, voters_told
from commands.ledger.ibans import given_since, iban_queries
from commands.needs.freeing import freed_cards, freed_queries
from commands.people.candidates import (
    MemberAdmitArgs,
    MemberApplyArgs,
    MemberRefuseArgs,
    MemberVouchArgs,
    admit,
    apply,
    refuse,
    vouch,
)
from commands.people.naming import PERSON_NAME, new_name

LISTED_MAX = 100
"""How many members a list names: two screens of a phone."""

_WHO = takes(OptionType.PERSON, say("whom, as @name"), positional=True)


def show(state: State, ask: Ask) -> Accepted:
    """Who is a member, with their roles; and who asks to become one."""
    people = sorted(state.members.here, key=lambda each: each.number)
    points = [_told(state, each) for each in people[:LISTED_MAX]]
    asking = state.members.open_candidates(ask.moment.at)
    body = lines(
        say_n("{count} member:", "{count} members:", len(people)),
        items(points),
        say("and more") if len(people) > LISTED_MAX else None,
        say("Asking to become one:") if asking else None,
        items(_asking_told(each) for each in asking) if asking else None,
    )
    facts = {"members": [each.name for each in people[:LISTED_MAX]]}
    return Accepted(replies=(Reply(body, private=True, facts=facts),))


def _told(state: State, member: Member) -> Node:
    if member.seat:
        holders = sorted({state.members.one(number) for number in member.holders})
        names = joined(map(state.members.name, holders))
        return say("{name}, an organisation; for it speak: {who}", name=member.shown, who=names)
    if member.roles:
        roles = joined(ROLE_NAMES[role] for role in sorted(member.roles))
        return say("{name}, one of the {roles}", name=member.shown, roles=roles)
    if not state.members.accounts(member.number):
        return say("{name}, without an account", name=member.shown)
    return member.shown


def _asking_told(candidate: Candidate) -> Node:
    return say_n(
        "{number}. {name}, {count} vouches for them, until {at}",
        "{number}. {name}, {count} vouch for them, until {at}",
        len(candidate.vouched),
        number=candidate.number,
        name=candidate.shown,
        at=Time(candidate.until),
    )


@arguments
class MemberAddArgs:
    """What `/member add` takes."""

    name: str = PERSON_NAME


def add(state: State, ask: Ask[MemberAddArgs]) -> Accepted:
    """Enter somebody who has no account here; they may claim their place later."""
    name = new_name(state, ask.args.name)
    sealed = ask.moment.seal(name)
    number = state.members.next_number
    event = MemberJoined(member=number, name=sealed.seal, platform="", account="")
    told = lines(
        say("{name} is a member now, without an account.", name=Person(name)),
        say(
            "{code} gives a code by which they take their place.",
            code=Typed(f"member code {mention(name)}"),
        ),
    )
    return Accepted((event,), (sealed,), (Reply(told),))


@arguments
class MemberCodeArgs:
    """What `/member code` takes."""

    who: str = _WHO


def code(state: State, ask: Ask[MemberCodeArgs]) -> Accepted:
    """A code by which whoever enters it is this member, from then on."""
    who = ask.person(state, ask.args.who)
    if who.seat:
        raise Refusal(
            "seat",
            say("{who} is an organisation; people speak for it.", who=who.shown),
            instead=say("{seat} says who.", seat=Typed(f"member seat {who.name} @…")),
        )
    if who.roles and ask.member is not None and not ask.member.may(Role.ADMIN):
        raise Refusal(
            "role",
            say(
                "{who} is one of the {roles}; only an admin gives a code for that.",
                who=who.shown,
                roles=joined(ROLE_NAMES[role] for role in sorted(who.roles)),
            ),
        )
    if state.members.accounts(who.number):
        raise Refusal(
            "account-known",
            say("{who} has an account already.", who=who.shown),
            instead=say("They add another one themselves: {link}", link=Typed("me link")),
        )
    secret = secret_of(ask.moment.chance.salt())
    until = ask.moment.at + ask.rules.number("claim-lapses") * 60_000
    event = CodeOffered(member=who.number, code=digest_of(secret), until=until)
    told = lines(
        say("Give this to {who}; from their own account they type:", who=who.shown),
        typed_anywhere(f"me link {secret}"),
        say("It is good once, until {at}.", at=Time(until)),
    )
    return Accepted((event,), (), (Reply(told, private=True, facts={"code": secret}, fleeting=True),))


def check_admin_left(state: State, who: Member) -> None:
    """Somebody always stays an admin, who can act as one. Raises Refusal."""
    if state.members.last_admin(who.number):
        raise Refusal(
            "last-admin",
            say("{who} is the only admin.", who=who.shown),
            instead=say("Give somebody else that role first."),
        )


@arguments
class MemberRemoveArgs:
    """What `/member remove` takes."""

    who: str = _WHO
    reason: str = takes(OptionType.TEXT, say("why"), positional=True, default="")
    sure: bool = flag(say("that you have seen what is open"))


def remove(state: State, ask: Ask[MemberRemoveArgs]) -> Accepted:
    """Remove a member; what they gave and what they are owed stays."""
    who = ask.person(state, ask.args.who)
    check_admin_left(state, who)
    open_ = open_told(state, who.number)
    if open_ and not ask.proposal and not ask.args.sure:
        return Accepted(replies=(_open_first(who, ask.args.reason, open_),))
    reason = ask.moment.seal(ask.args.reason) if ask.args.reason else None
    event = MemberLeft(member=who.number, removed=True, reason=reason.seal if reason else "")
    told = lines(
        say("{who} is no longer a member; their entries and balance stay.", who=who.shown),
        items(open_) if open_ else None,
    )
    rights = lines(
        say("You are no longer a member of {name}.", name=state.name),
        items(open_) if open_ else None,
        say(
            "{privacy}, {export} and {forget} still work for you.",
            privacy=Typed("me privacy"),
            export=Typed("me export"),
            forget=Typed("me forget"),
        ),
    )
    given = tuple(given_back(state, state.members.numbers(who.number)))
    ends = (*ended(state, who.number), *given)
    freed = (*freed_cards(state, ask, ends), *returned_cards(state, ask, given))
    replies = (Reply(told), Reply(rights, to=who.number), *voters_told(state, who.number), *freed)
    return Accepted((*ends, event), (reason,) if reason else (), replies)


def _removed_queries(state: State, ask: Ask[MemberRemoveArgs]) -> tuple[Query, ...]:
    freed = freed_queries(state, ask.person(state, ask.args.who).number)
    return (*freed, *returned_queries(state))


def _open_first(who: Member, reason: str, points: list[Node]) -> Reply:
    line = f"member remove {mention(who.name)} {reason}".rstrip()
    told = lines(
        say("Still open for {who}:", who=who.shown),
        items(points),
        say("To remove them all the same: {line}", line=Typed(f"{line} --sure")),
    )
    return Reply(told, private=True)


@arguments
class MemberReturnArgs:
    """What `/member return` takes."""

    who: str = _WHO


def take_back(state: State, ask: Ask[MemberReturnArgs]) -> Accepted:
    """Take a member back who had left or was removed."""
    word = ask.args.who
    who = state.members.gone(word)
    if who is None:
        raise Refusal("person-unknown", say("Nobody called “{word}” has left.", word=word), word=word)
    told = say("{who} is a member again.", who=who.shown)
    return Accepted(returned(state, who.number), (), (Reply(told),))


@arguments
class MemberSeatArgs:
    """What `/member seat` takes."""

    who: tuple[str, ...] = takes(OptionType.PEOPLE, say("who speaks for it, as @name"))
    name: str = PERSON_NAME


def seat(state: State, ask: Ask[MemberSeatArgs]) -> Accepted:
    """An organisation as a member, and who speaks for it: the people named, and nobody else."""
    people = [ask.person(state, word) for word in ask.args.who]
    if any(each.seat for each in people):
        raise Refusal("seat-holder", say("People speak for an organisation."))
    known = next((m for m in state.members.named(ask.args.name) if m.seat), None)
    wanted = {each.number for each in people}
    events: list[Event] = []
    texts: tuple[Sealed, ...] = ()
    if known is None:
        name = new_name(state, ask.args.name)
        sealed = ask.moment.seal(name)
        number, holders, texts = state.members.next_number, set[int](), (sealed,)
        events.append(MemberJoined(member=number, name=sealed.seal, platform="", account="", seat=True))
    else:
        name, number, holders = known.name, known.number, set(known.holders)
    now = {state.members.one(each) for each in holders}
    events += [SeatHolderSet(member=number, holder=each) for each in sorted(wanted - now)]
    events += [
        SeatHolderSet(member=number, holder=each, may=False)
        for each in sorted(holders)
        if state.members.one(each) not in wanted
    ]
    if not events:
        raise Refusal("nothing-changed", say("That is so already."))
    told = say(
        "{name} has one vote; for it speak: {who}.",
        name=Strong(Words(name)),
        who=joined(each.shown for each in people),
    )
    return Accepted(tuple(events), texts, (Reply(told),))


@arguments
class MemberUnmergeArgs:
    """What `/member unmerge` takes."""

    who: str = _WHO
    sure: bool = flag(say("that you have seen what is open"))


def unmerge(state: State, ask: Ask[MemberUnmergeArgs]) -> Accepted:
    """Undo that two accounts were made one person, within the rule's time."""
    who = ask.person(state, ask.args.who)
    latest = [number for number, merge in state.members.merges.items() if merge.member == who.number]
    if not latest:
        raise Refusal("not-merged", say("{who} was not merged with anybody.", who=who.shown))
    absorbed = latest[-1]
    merge = state.members.merges[absorbed]
    if ask.moment.at - merge.at > ask.rules.number("undo-merge") * 60_000:
        raise refused_by(
            "undo-merge",
            say("That was done {at}; it is too late to undo it.", at=Time(merge.at)),
        )
    other = Person(state.members.by_number[absorbed].name)
    apart = apart_told(state, who, absorbed)
    if apart is not None and not ask.args.sure:
        line = Typed(f"member unmerge {mention(who.name)} --sure")
        first = lines(apart, say("To undo it all the same: {line}", line=line))
        return Accepted(replies=(Reply(first, private=True),))
    undone = MergeUndone(member=who.number, absorbed=absorbed, roles=merge.roles)
    # A role that was taken from the one person does not come back with the other.
    taken = sorted(state.members.by_number[absorbed].roles - state.members.member(who.number).roles)
    gone = given_since(state, ask, who.number, merge.at)
    erased = (gone,) if gone else ()
    events = (undone, *(RoleTaken(member=absorbed, role=role) for role in taken), *erased)
    told = say("{who} and {other} are two people again.", who=who.shown, other=other)
    each = say("The IBAN that was kept of you is erased; in private: {line}", line=Typed("me iban …"))
    asked = (Reply(each, to=number) for number in (who.number, absorbed) if gone)
    dropped = (state.banking.ibans[who.number],) if gone else ()
    return Accepted(events, (), (Reply(lines(told, apart)), *asked), dropped=dropped)


def _people(state: State, actor: Actor, asked: Asked) -> Found:
    for each in state.members.here:
        accounts = state.members.accounts(each.number)
        account = next((it for where, it in accounts if where == actor.platform), "")
        yield each.name, Suggestion(each.name, each.shown, account)


COMMANDS = (
    Command(
        name="member list",
        about=say("who is a member, and who asks to be"),
        also=say(
            "members, list members, who, people, team, users, member, everyone, who is "
            "here, who is in, who else is here, everybody, the members, list of members, "
            "who's in, whos in, who takes part, who belongs here"
        ),
        decide=show,
    ),
    Command(
        name="member apply",
        about=say("ask to become a member"),
        also=say("join, register, signup, sign up, apply"),
        decide=apply,
        role=Role.GUEST,
        args=MemberApplyArgs,
        examples=("member apply I bake on Fridays",),
    ),
    Command(
        name="member vouch",
        about=say("vouch for somebody who asks to become a member"),
        decide=vouch,
        args=MemberVouchArgs,
        examples=("member vouch 3",),
    ),
    Command(
        name="member admit",
        about=say("let somebody in who asks"),
        decide=openly(admit),
        effect=Grade.MEMBERSHIP,
        role=Role.COORDINATOR,
        args=MemberAdmitArgs,
        examples=("member admit 3",),
    ),
    Command(
        name="member refuse",
        about=say("turn somebody's asking down"),
        decide=openly(refuse),
        role=Role.COORDINATOR,
        args=MemberRefuseArgs,
        examples=("member refuse 3",),
    ),
    Command(
        name="member add",
        about=say("enter a member who has no account here"),
        also=say("add member, new member"),
        decide=openly(add),
        effect=Grade.MEMBERSHIP,
        role=Role.COORDINATOR,
        args=MemberAddArgs,
        examples=("member add Grandma Liisa",),
    ),
    Command(
        name="member code",
        about=say("a code by which a member without an account takes their place"),
        decide=code,
        role=Role.COORDINATOR,
        args=MemberCodeArgs,
        examples=("member code @liisa",),
    ),
    Command(
        name="member seat",
        about=say("an organisation as a member, and who speaks for it"),
        decide=openly(seat),
        effect=Grade.MEMBERSHIP,
        role=Role.ADMIN,
        args=MemberSeatArgs,
        examples=("member seat Corner Bakery @ann @bo",),
    ),
    Command(
        name="member remove",
        about=say("remove a member; their entries stay"),
        also=say("kick, ban, expel"),
        decide=openly(remove),
        wants=_removed_queries,
        effect=Grade.MEMBERSHIP,
        role=Role.ADMIN,
        args=MemberRemoveArgs,
        examples=("member remove @bo",),
    ),
    Command(
        name="member return",
        about=say("take a member back"),
        decide=openly(take_back),
        effect=Grade.MEMBERSHIP,
        role=Role.ADMIN,
        args=MemberReturnArgs,
        examples=("member return @bo",),
    ),
    Command(
        name="member unmerge",
        about=say("undo that two accounts were made one person"),
        decide=openly(unmerge),
        wants=iban_queries,
        role=Role.ADMIN,
        args=MemberUnmergeArgs,
        examples=("member unmerge @bo",),
    ),
)

SUGGESTS = {OptionType.PERSON: _people, OptionType.PEOPLE: _people}
