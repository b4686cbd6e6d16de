"""`/web`: who sees the open book, and the links into it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.arguments import OptionType, arguments, takes
from bot.chat import Refusal, Reply
from bot.collective.members import Member
from bot.collective.pages import (
    GUEST,
    PageLinkMade,
    PageLinkVoided,
    link_digest,
    link_secret,
)
from bot.collective.roles import Role
from bot.collective.rules import refused_by
from bot.collective.state import State
from bot.command import Command
from bot.decision import Accepted, Ask
from bot.language.tokens import mention
from bot.text.wording import Link, Node, Say, Typed, lines, say

_SEEN: dict[str, Say] = {
    "off": say("Nobody sees the pages of this collective."),
    "link": say("Whoever has a link sees the pages of this collective."),
    "public": say("Everybody sees the pages of this collective."),
}
_NAMED: dict[str, Say] = {
    "names": say("Who is no member reads names there."),
    "initials": say("Who is no member reads initials there, and no names."),
    "none": say("Who is no member reads no names there."),
}


def _mine(state: State, me: Member) -> tuple[int, ...]:
    return state.members.numbers(me.number)


def seen_told(state: State, ask: Ask) -> Iterator[Node]:
    """Who sees the pages, in whose names, what they tell, and whether one's own name is among them."""
    mode = ask.rules.text("web")
    yield _SEEN[mode]
    if mode != "off":
        yield _NAMED[ask.rules.text("web-names")]
        yield say("They tell what is entered, decided and paid: amounts, days, and your words.")
    if ask.member is not None and state.pages.is_hidden(_mine(state, ask.member)):
        yield say("Your own name is hidden from who is no member.")


def web(state: State, ask: Ask) -> Accepted:
    """Who sees the pages, in whose names, where they are, and how one gets in."""
    mode = ask.rules.text("web")
    public = Link(f"{ask.site}{state.collective}/") if ask.site and mode == "public" else None
    body = lines(
        *seen_told(state, ask),
        public,
        say("{link} gives you a link of your own.", link=Typed("web link")) if mode != "off" else None,
        say("An admin opens them: {line}", line=Typed("rules set web link")) if mode == "off" else None,
    )
    return Accepted(replies=(Reply(body, private=True, facts={"web": mode}),))


# --- Links ----------------------------------------------------------------------------------------

_WHAT = takes(
    OptionType.WORD,
    say("new instead of the one before, or void"),
    positional=True,
    choices=("new", "void"),
    default="",
)


@arguments
class WebLinkArgs:
    """What `/web link` and `/web guest` take; all links take it."""

    what: str = _WHAT


def link(state: State, ask: Ask[WebLinkArgs]) -> Accepted:
    """A link of one's own, which shows what members see."""
    told = say("Your link; keep it to yourself, for it shows what members see:")
    return _linked(state, ask, _mine(state, ask.me), told, "web link")


def guest(state: State, ask: Ask[WebLinkArgs]) -> Accepted:
    """A link to hand on, which shows what is for everybody."""
    told = say("The link for guests; hand it on to whom you want to see the pages:")
    return _linked(state, ask, (GUEST,), told, "web guest")


@arguments
class WebMemberArgs(WebLinkArgs):
    """What `/web member` takes."""

    who: str = takes(OptionType.PERSON, say("a member without an account, as @name"), positional=True)


def member(state: State, ask: Ask[WebMemberArgs]) -> Accepted:
    """A member's own link for who has no account to ask for it, to hand on to them alone."""
    who = ask.person(state, ask.args.who)
    if who.seat:
        raise Refusal(
            "seat",
            say("{who} is an organisation; who speaks for it has a link of their own.", who=who.shown),
        )
    if state.members.accounts(who.number):
        raise Refusal(
            "account-known",
            say("{who} has an account already.", who=who.shown),
            instead=say("They get their link themselves: {link}", link=Typed("web link")),
        )
    told = say(
        "The link of {who}; give it to nobody else, for it shows what members see:", who=who.shown
    )
    return _linked(state, ask, _mine(state, who), told, f"web member {mention(who.name)}")


def _linked(
    state: State, ask: Ask[WebLinkArgs], owners: tuple[int, ...], told: Say, line: str
) -> Accepted:
    """A new link, or none; whoever became one person had several, of which none is good any more."""
    there = [number for number in owners if number in state.pages.links]
    if ask.args.what == "void":
        if not there:
            raise Refusal("nothing-changed", say("There is no such link."), instead=_instead(line))
        gone = Reply(say("The link is good no more."), private=True)
        return Accepted(tuple(PageLinkVoided(member=number) for number in there), (), (gone,))
    check_served(ask)
    if there and ask.args.what != "new":
        raise Refusal(
            "web-link-there",
            say("You were given that link already, and I do not know it any more."),
            instead=say(
                "A new one takes its place, and the old one is good no more: {line}",
                line=Typed(f"{line} new"),
            ),
        )
    secret = link_secret(ask.moment.chance.salt())
    address: Node = Link(f"{ask.site}{state.collective}/~{secret}/")
    until = say("It is good until you type {line}.", line=Typed(f"{line} void"))
    reply = Reply(lines(told, address, until), private=True, fleeting=True)
    first, *others = there or owners[:1]
    made = PageLinkMade(member=first, digest=link_digest(secret))
    voided = tuple(PageLinkVoided(member=number) for number in others)
    return Accepted((made, *voided), (), (reply,))


def check_served(ask: Ask) -> None:
    """Whether pages are served, and open to anybody. Raises Refusal."""
    if ask.rules.text("web") == "off":
        raise refused_by(
            "web",
            _SEEN["off"],
            instead=say("An admin opens them: {line}", line=Typed("rules set web link")),
        )
    if not ask.site:
        raise Refusal("web-unserved", say("Whoever runs this bot has it serve no pages."))


def _instead(line: str) -> Say:
    return say("{line} makes one.", line=Typed(line))


COMMANDS = (
    Command(name="web", about=say("who sees the pages of the collective"), decide=web),
    Command(
        name="web link",
        about=say("a link of your own to the pages"),
        decide=link,
        args=WebLinkArgs,
        examples=("web link", "web link new", "web link void"),
    ),
    Command(
        name="web member",
        about=say("a link to the pages for a member without an account"),
        decide=member,
        role=Role.COORDINATOR,
        args=WebMemberArgs,
        examples=("web member @liisa", "web member @liisa new", "web member @liisa void"),
    ),
    Command(
        name="web guest",
        about=say("a link to the pages, to hand on"),
        decide=guest,
        role=Role.COORDINATOR,
        args=WebLinkArgs,
        examples=("web guest", "web guest new", "web guest void"),
    ),
)
