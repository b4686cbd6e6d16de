"""From a decision to the rows that are delivered, and what the bot says when nothing is decided."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from bot.chain import normal
from bot.chat import Incoming, Kind, Outgoing, Refused, Reply
from bot.collective.members import Member
from bot.collective.rules import Rules
from bot.command import LINE_CHARACTERS_MAX
from bot.wording import SHOWN_CHARACTERS_MAX, Typed, lines, say, shortened, visible


class Answer(msgspec.Struct, frozen=True):
    """What a message was answered; `repeated` when it was handled before (and acted only then)."""

    outgoing: tuple[Outgoing, ...]
    repeated: bool = False


def reads_in(member: Member | None, rules: Rules) -> tuple[str, str]:
    """The language and the zone of a member, or the room's."""
    language = (member.language if member else "") or rules.text("language")
    return language, (member.zone if member else "") or rules.text("zone")


def outgoing_rows(
    message: Incoming,
    replies: Sequence[Reply],
    collective: str,
    member: Member | None,
    rules: Rules,
    at: int,
) -> tuple[Outgoing, ...]:
    """Address the replies to a message: to its room, or privately to who wrote it."""
    return tuple(
        _outgoing(message, reply, number, collective, member, rules, at)
        for number, reply in enumerate(replies)
    )


def _outgoing(
    message: Incoming,
    reply: Reply,
    number: int,
    collective: str,
    member: Member | None,
    rules: Rules,
    at: int,
) -> Outgoing:
    private = (reply.private or message.private) and reply.place is None
    language, zone = reads_in(member if private else None, rules)
    return Outgoing(
        key=message.key,
        number=number,
        collective=collective,
        place=reply.place or message.place,
        person=message.actor.id if private else "",
        reply=reply,
        language=language,
        zone=zone,
        prefix=rules.text("prefix"),
        at=at,
        thread="" if reply.place is not None else message.thread,
    )


HOMELESS = Refused(
    say("This room belongs to no collective yet."),
    error="no-collective",
    instead=say("Whoever runs this bot can add it."),
)


def told(refused: Refused) -> Reply:
    """A refusal as it is told: what was wrong, what would work; to the person who typed it."""
    facts = {"error": refused.error}
    if refused.rule:
        facts["rule"] = refused.rule
    if refused.word:
        facts["word"] = shortened(refused.word)
    body = lines(refused.reason, refused.instead)
    return Reply(body, kind=Kind.REFUSAL, private=True, facts=facts)


def broken(reference: str) -> Refused:
    """The answer to a message that met a bug; the log has the rest under the same reference."""
    return Refused(
        say("Something broke; nothing was recorded. Reference {reference}.", reference=reference),
        error="bug",
    )


def edit_told(ref: str | None, line: str | None) -> Refused:
    """What the author of an edited command is told: `ref` is what the command had made."""
    first = normal((line or "")[:LINE_CHARACTERS_MAX]).partition("\n")[0]
    verb, _, rest = first.partition(" ")
    if ref is None or verb not in {"log", "amend", ""}:
        instead = say("Send it as a new message.")
    else:
        short = rest.strip() if len(rest) <= SHOWN_CHARACTERS_MAX else ""
        again = f"amend {ref} {visible(short) or '…'}"
        instead = say("To change {ref}, send: {line}", ref=ref, line=Typed(again))
    return Refused(
        say("Editing a message changes nothing that was recorded."), error="edited", instead=instead
    )
