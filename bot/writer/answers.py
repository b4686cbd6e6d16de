"""From a decision to the rows that are delivered, and what the bot says when nothing is decided."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec

from bot.chain import normal
from bot.chat import Incoming, Kind, Outgoing, Place, Refusal, Reply
from bot.collective.catalogue import CATALOGUE
from bot.collective.members import Member
from bot.collective.prefixes import prefix_at
from bot.collective.rules import Rules
from bot.collective.state import State
from bot.decision import RulesAt
from bot.grammar.lines import LINE_CHARACTERS_MAX
from bot.text.rendering import shortened, visible
from bot.text.wording import SHOWN_CHARACTERS_MAX, Link, Node, Typed, Words, joined, lines, say, say_n


class Answer(msgspec.Struct, frozen=True):
    """What a message was answered; `repeated` when it was handled before (and acted only then).

    `recorded` says that something was written down. `unheard` is why nothing was done, and nobody is
    told by us: for a platform on which whoever pressed or chose waits for an answer, in the `language`
    that they chose, if they did. `refused` is the code of the refusal, where it is one.
    """

    outgoing: tuple[Outgoing, ...]
    repeated: bool = False
    recorded: bool = False
    unheard: Refusal | None = None
    language: str = ""
    refused: str = ""


def chosen_by(member: Member | None) -> str:
    """The language that somebody chose; empty where they chose none."""
    return member.language if member else ""


def language_and_zone(member: Member | None, rules: Rules) -> tuple[str, str]:
    """The language and the zone of a member, or the room's."""
    language = chosen_by(member) or rules.text("language")
    return language, (member.zone if member else "") or rules.text("zone")


def lost(outgoing: Outgoing) -> Outgoing:
    """What stands in for a fleeting answer that the program did not live to tell."""
    words = say("My answer to this was lost when I was restarted. Please ask me again.")
    old = outgoing.reply
    return msgspec.structs.replace(
        outgoing, reply=Reply(words, private=old.private, to=old.to, fleeting=True)
    )


@dataclass(frozen=True, slots=True)
class Address:
    """What addressing the replies to a message needs: who wrote it, and the rules of any place.

    `state` knows the other members; it is None in a room of no collective. `in_several` says whether an
    account is a member's in several collectives; `site` is the address of the pages.
    """

    message: Incoming
    state: State | None
    member: Member | None
    rules: RulesAt
    at: int
    in_several: Callable[[str, str], bool] = lambda _platform, _account: False
    site: str = ""


def outgoing_rows(replies: Sequence[Reply], address: Address) -> tuple[Outgoing, ...]:
    """Address the replies to a message: to its room, to another one, or privately to somebody.

    Who has no account is told nothing. A card is written in the language of the room where it stands.
    """
    found = [_outgoing(reply, number, address) for number, reply in enumerate(replies)]
    rows = [row for row in found if row is not None]
    return tuple(_with_sign(rows, address.message))


def _with_sign(rows: list[Outgoing], message: Incoming) -> list[Outgoing]:
    """The rows; where who asked in a room hears of it in private alone, the first of those says so."""
    heard = [row for row in rows if not row.person and row.place == message.place]
    if message.private or message.unseen or any(row.reply.kind is not Kind.EDIT for row in heard):
        return rows
    own = (at for at, row in enumerate(rows) if row.person == message.actor.id and not row.reply.to)
    first = next(own, None)
    if first is not None:
        rows[first] = msgspec.structs.replace(rows[first], elsewhere=True)
    return rows


def _outgoing(reply: Reply, number: int, address: Address) -> Outgoing | None:
    message, state = address.message, address.state
    place = reply.place or message.place
    member: Member | None = None
    person = ""
    if reply.to and state is not None:
        accounts = state.members.accounts(reply.to)
        if not accounts:
            return None
        member = state.members.member(reply.to)
        platform, person = accounts[0]
        place = place if place.platform == platform else Place(platform, "")
    elif (reply.private or message.private) and reply.place is None:
        member, person = address.member, message.actor.id
    rules = address.rules(place)
    language, zone = language_and_zone(member, rules)
    if reply.page and state is not None:
        reply = _reading_on(reply, state, address.site, rules)
    if person and state is not None and address.in_several(place.platform, person):
        reply = named(reply, state.name)
    return Outgoing(
        key=message.key,
        number=number,
        collective=state.collective if state else "",
        place=place,
        person=person,
        reply=reply,
        language=language,
        zone=zone,
        prefix=prefix_at(rules, place.platform),
        at=address.at,
        own_zone=bool(member and member.zone),
        thread=message.thread if place == message.place and not reply.to else "",
        as_of=state.head.as_of if state is not None and (reply.buttons or reply.menus) else "",
        rings=_rings(reply, rules),
        pressed="" if message.back is None else message.answers,
        back=message.back,
    )


START = "start"
"""The page that a book opens with: its address is the book's."""


def _reading_on(reply: Reply, state: State, site: str, rules: Rules) -> Reply:
    """The same with the address where one reads on, where everybody sees that page."""
    if not site or rules.text("web") != "public":
        return reply
    way = "" if reply.page == START else reply.page
    told = say("Read on: {address}", address=Link(f"{site}{state.collective}/{way}"))
    return msgspec.structs.replace(reply, body=lines(reply.body, told))


_RINGING = {"P": "proposals", "Q": "polls"}


def _rings(reply: Reply, rules: Rules) -> bool:
    """Whether a new question or a digest may notify."""
    if reply.kind is Kind.DIGEST:
        return "digests" in rules.patterns("rings")
    if reply.kind is not Kind.CARD or not reply.ref:
        return False
    return _RINGING.get(reply.ref[0]) in rules.patterns("rings")


_BEGIN = say(
    "{create} begins a collective here; {join} takes the room into one that there is.",
    create=Typed("collective create NAME"),
    join=Typed("collective join CODE"),
)


def homeless(*, private: bool) -> Refusal:
    """A command in a room that no collective has, or from somebody in private who is in none."""
    if private:
        return Refusal(
            "no-collective",
            say("You are in no collective that I know."),
            instead=say(
                "Type it in your group's room; {link} there joins this account to yours.",
                link=Typed("me link"),
            ),
        )
    return Refusal("no-collective", say("This room belongs to no collective yet."), instead=_BEGIN)


def room_taken() -> Refusal:
    """A collective that is to begin in a room of another, or to come into one."""
    return Refusal(
        "room-taken",
        say("This room belongs to a collective already."),
        instead=say("{leave} takes it out of that.", leave=Typed("room leave")),
    )


def several_homes(names: Sequence[str]) -> Refusal:
    """A private message from somebody who is a member of several collectives."""
    return Refusal(
        "several-collectives",
        say("You are a member of several collectives here: {names}.", names=joined(names)),
        instead=say("Begin with the one that you mean: {line}", line=_in(names)),
    )


def no_such_home(names: Sequence[str]) -> Refusal:
    """A private message that names a collective which its author is not in, or not clearly."""
    return Refusal(
        "collective-unknown",
        say("I can't tell which of your collectives that is. You are in {names}.", names=joined(names)),
        instead=say("Begin with the one that you mean: {line}", line=_in(names)),
    )


def _in(names: Sequence[str]) -> Typed:
    return Typed(f'in "{names[0]}" balance')


def named(reply: Reply, collective: str) -> Reply:
    """A private answer to somebody who is in several collectives: it says which one speaks."""
    if reply.kind is Kind.PICTURE or not collective:
        return reply
    body = lines(say("{collective}:", collective=Words(collective)), reply.body)
    return msgspec.structs.replace(reply, body=body, facts={**reply.facts, "collective": collective})


def flooded(seconds: int) -> Refusal:
    """Too much at once from one person."""
    return Refusal(
        "flood",
        say("That was a lot at once; nothing of this was recorded."),
        rule="flood",
        instead=say_n("Try it again in a second.", "Try it again in {count} seconds.", seconds),
    )


_REFERENCE = re.compile(r"[A-Za-z][0-9]{1,9}")


def other_books(line: str) -> Refusal:
    """A button whose references mean something else here, or nothing."""
    ref = next((word for word in line.split() if _REFERENCE.fullmatch(word)), "")
    return Refusal(
        "other-books",
        say("This button was made from other books than those of this room; nothing was done."),
        instead=say("What {ref} is here, {show} tells.", ref=ref, show=Typed(f"show {ref}"))
        if ref
        else None,
    )


_UNHEARD = {
    "places": say("I do not act in this room; nothing was done."),
    "people": say("I do not act on what you send; nothing was done."),
    "ignored": say("I do not act on what you send here; nothing was done."),
    "listen": say("I act here only for admins at present; nothing was done."),
}
"""What is said for each rule by which somebody is not listened to."""


def unheard(message: Incoming, why: str | Refusal, member: Member | None = None) -> Answer | None:
    """Nothing is done, kept or told, for what a rule says (or a refusal).

    What was typed for all to read is passed over in silence; what the room does not read (a button, a
    slash-command) waits for an answer, which says why.
    """
    if not message.unseen:
        return None
    refused = Refusal("unheard", _UNHEARD[why], rule=why) if isinstance(why, str) else why
    return Answer((), unheard=refused, language=chosen_by(member))


def told(refused: Refusal, *, locked: bool = False, fleeting: bool = False) -> Reply:
    """A refusal as it is told: what was wrong, what would work; to the person who typed it.

    Where a rule refused, it says who may change that; `locked` rules change by proposal only.
    """
    facts = {"error": refused.code}
    if refused.rule:
        facts["rule"] = refused.rule
    if refused.word:
        facts["word"] = shortened(refused.word)
    changed = _may_change(refused.rule, locked=locked) if refused.rule else None
    body = lines(refused.reason, refused.instead, changed)
    return Reply(body, kind=Kind.REFUSAL, private=True, fleeting=fleeting, facts=facts)


def _may_change(rule: str, *, locked: bool) -> Node:
    if not CATALOGUE[rule].layers:
        return say("The rule {rule} says so; whoever runs this bot may change it.", rule=Words(rule))
    if locked:
        return say("The rule {rule} says so; only a passed proposal changes it.", rule=Words(rule))
    return say("The rule {rule} says so; an admin may change it.", rule=Words(rule))


def broken(reference: str) -> Refusal:
    """The answer to a message that met a bug; the log has the rest under the same reference."""
    return Refusal(
        "bug", say("Something broke; nothing was recorded. Reference {reference}.", reference=reference)
    )


def edit_told(ref: str | None, line: str | None) -> Refusal:
    """What the author of an edited command is told: `ref` is what the command had made."""
    first = normal((line or "")[:LINE_CHARACTERS_MAX]).partition("\n")[0]
    verb, _, rest = first.partition(" ")
    if ref is None or verb not in {"log", "amend", ""}:
        instead = say("Send it as a new message.")
    else:
        short = rest.strip() if len(rest) <= SHOWN_CHARACTERS_MAX else ""
        again = f"amend {ref} {visible(short) or '…'}"
        instead = say("To change {ref}, send: {line}", ref=ref, line=Typed(again))
    return Refusal(
        "edited", say("Editing a message changes nothing that was recorded."), instead=instead
    )
