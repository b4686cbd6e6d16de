"""`/verify`: checks the journal in chat, as far as a message may take: chain, sums, a posted head."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bot.arguments import OptionType, arguments, takes
from bot.books.audit import Posted, read_posted
from bot.chain import Entry, Head, flaws
from bot.chat import Refusal, Reply
from bot.checkpoints import PublicKey, read_key
from bot.collective.events import Event
from bot.collective.ledger import imbalance
from bot.collective.state import State
from bot.command import Command
from bot.decision import Accepted, Ask, Latest, Query, Signed
from bot.text.wording import Code, Node, Strong, Words, lines, say, say_n
from commands.ledger.ledger import checkpoint_told, head_told
from commands.ledger.witnesses import witnesses_facts, witnesses_told

ENTRIES_MAX = 10_000
"""The most entries that are checked for an answer; `talkoot verify` checks all that there are."""


def _wants(state: State, ask: Ask) -> tuple[Query, ...]:
    return (Latest(ENTRIES_MAX, every=True), Signed())


@arguments
class VerifyArgs:
    """What `/verify` takes."""

    head: str = takes(
        OptionType.WORD, say("a head that was told earlier, NUMBER:HASH"), positional=True, default=""
    )


def verify(state: State, ask: Ask[VerifyArgs]) -> Accepted:
    """Check the newest entries, and that the journal reaches a head that somebody noted."""
    found = ask.entries(*ask.found)
    entries = [entry for entry, _ in found]
    wrong = next(_wrong(state, entries, [event for _, event in found]), None)
    posted = _posted(ask)
    if wrong is not None:
        told = lines(
            Strong(say("The journal does not hold: {what}", what=wrong)),
            say("Tell everybody, and whoever runs this bot: {line} tells more.", line=_OPERATOR),
        )
        return Accepted(replies=(Reply(told, facts={"sound": False}),))
    reached = _reached(entries, posted) if posted else None
    told = lines(
        reached,
        say_n(
            "{count} entry holds: it links to the one before it, and its postings sum to zero.",
            "{count} entries hold: each links to the one before it, and its postings sum to zero.",
            len(entries),
        ),
        say("Older ones are checked by whoever runs this bot: {line}", line=_OPERATOR)
        if entries and entries[0].seq > 1
        else None,
        head_told(state),
        checkpoint_told(ask.checkpoint),
        signed_by(ask),
        witnesses_told(ask.witnessed),
    )
    facts = {
        "sound": True,
        "head": state.head.text,
        "checkpoint": ask.checkpoint or "",
        "signer": ask.signer,
        "witnesses": witnesses_facts(ask.witnessed, state.head.seq),
    }
    return Accepted(replies=(Reply(told, facts=facts),))


def signed_by(ask: Ask[Any]) -> Node | None:
    """The public key in the name of this journal, as witnesses take it."""
    if not ask.checkpoint or not ask.signer:
        return None
    origin = ask.checkpoint.partition("\n")[0]
    return say("Signed by {key}", key=Code(PublicKey(origin, read_key(ask.signer).raw).text))


def _wrong(state: State, entries: Sequence[Entry], events: Iterable[Event]) -> Iterator[Node]:
    """What does not hold, the first first."""
    if entries:
        before = Head(entries[0].seq - 1, entries[0].previous if entries[0].seq > 1 else Head().hash)
        yield from map(Words, flaws(entries, before))
        if entries[-1].hash != state.head.hash:
            yield say("its head is not the one that I know")
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    for entry, event in zip(entries, events, strict=True):
        postings = getattr(event, "postings", ())
        if imbalance(postings):
            yield say("the postings of entry {number} do not sum to zero", number=entry.seq)
        for each in postings if entry.cause not in state.imports.hidden else ():
            sums[each.account, each.unit] += each.count
    whole = bool(entries) and entries[0].seq == 1
    if whole and {k: n for k, n in sums.items() if n} != {
        k: n for k, n in state.ledger.balances.items() if n
    }:
        yield say("the balances are not the sums of the postings")


def _posted(ask: Ask[VerifyArgs]) -> Posted | None:
    """The head that was named. Raises Refusal for what is none."""
    word = ask.args.head
    if not word:
        return None
    try:
        return read_posted(word)
    except ValueError:
        raise Refusal(
            "head-odd",
            say("“{word}” is no head of a journal.", word=word),
            word=word,
            instead=say("It is a number and a hash, for example {example}.", example=_EXAMPLE),
        ) from None


def _reached(entries: Sequence[Entry], posted: Posted) -> Node:
    """Whether the journal has that entry, with that hash: only this shows a cut end."""
    head = Code(posted.text)
    known = {entry.seq: entry for entry in entries}
    if posted.seq not in known and entries and posted.seq < entries[0].seq:
        return say("{head} is too long ago for a message: {line}", head=head, line=_OPERATOR)
    entry = known.get(posted.seq)
    if entry is None or not entry.hash.hex().startswith(posted.digits):
        return Strong(
            say("The journal does not reach {head}: an end was cut off, or changed.", head=head)
        )
    return say("It reaches {head}.", head=head)


_OPERATOR = Code("talkoot verify")
_EXAMPLE = Words("123:0123456789abcdef")

COMMANDS = (
    Command(
        name="verify",
        about=say("check that nothing in the journal was changed"),
        decide=verify,
        wants=_wants,
        args=VerifyArgs,
        examples=("verify", "verify 123:0123456789abcdef"),
    ),
)
