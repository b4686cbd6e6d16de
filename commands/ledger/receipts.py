"""`/receipt`: that one entry is in the journal, to be checked without the bot and the other entries.

It is given in private, to keep. It holds no words, only their commitments; but the numbers of people
and amounts stand in an entry, so nobody gets one of what they are not told in chat.
"""

from __future__ import annotations

from bot.arguments import OptionType, arguments, takes
from bot.books.receipts import ENDING, write_receipt
from bot.books.reserved import is_own_affair
from bot.chain import Entry
from bot.chat import File, Refusal, Reply
from bot.collective.events import Event
from bot.collective.roles import Role
from bot.collective.state import State
from bot.command import Command
from bot.decision import About, Accepted, Ask, Proven, Query
from bot.feature import features_of
from bot.text.wording import Code, Node, Typed, Words, joined, lines, say

CHAT_CHARACTERS_MAX = 3_500
"""The longest receipt that is told as words: one message, or two on Discord."""

FILE, TEXT = "file", "text"

Candidates = list[tuple[Entry, Event]]


@arguments
class ReceiptArgs:
    """What `/receipt` takes."""

    ref: str = takes(OptionType.REFERENCE, say("which one, for example C12"), positional=True)
    form: str = takes(
        OptionType.WORD,
        say("as a file, or as text to copy"),
        positional=True,
        default=FILE,
        choices=(FILE, TEXT),
    )
    entry: str = takes(
        OptionType.WORD, say("the number of one of its entries, instead of the newest"), default=""
    )


def receipt(state: State, ask: Ask[ReceiptArgs]) -> Accepted:
    """The newest entry about a thing, or the one that was named, with its proof."""
    entry = _meant(state, ask)
    proof = ask.proofs.get(Proven(entry.seq))
    if proof is None:
        raise Refusal(
            "no-receipt",
            say("No receipt can be made: this bot has no key to sign with, or its journal is damaged."),
            instead=say("Whoever runs it finds out with {line}.", line=Code("talkoot doctor")),
        )
    text = write_receipt(entry, proof.hashes, proof.note)
    told = say(
        "Receipt of {ref}: entry {number} is in the journal, which goes up to {head}. Keep it; "
        "{line} checks it without me.",
        ref=ask.args.ref,
        number=entry.seq,
        head=state.head.seq,
        line=Code(f"talkoot verify --receipt {_name(ask)}"),
    )
    others = [each for each, _ in _allowed(state, ask) if each.seq != entry.seq]
    body = lines(
        told,
        say("It holds no words, only what commits to them."),
        _others(ask, others) if others else None,
    )
    if ask.args.form == TEXT:
        body = lines(body, *(Code(row) for row in text.splitlines() if row))
        if len(text) > CHAT_CHARACTERS_MAX:
            raise _too_long(ask)
        return Accepted(replies=(_private(body, entry, ()),))
    file = File(_name(ask), "text/plain", text.encode(), say("the receipt of {ref}", ref=ask.args.ref))
    return Accepted(replies=(_private(body, entry, (file,)),))


def _private(body: Node, entry: Entry, files: tuple[File, ...]) -> Reply:
    return Reply(body, private=True, fleeting=True, files=files, facts={"entry": entry.seq})


def _name(ask: Ask[ReceiptArgs]) -> str:
    return f"{ask.args.ref}.{ENDING}"


def _others(ask: Ask[ReceiptArgs], others: list[Entry]) -> Node:
    """The other entries of its life, and how one of them is asked for."""
    newest = others[-_OTHERS_SHOWN:]
    return say(
        "It is also in {entries}: {line}",
        entries=joined([Words(str(each.seq)) for each in newest]),
        line=Typed(f"receipt {ask.args.ref} --entry {newest[-1].seq}"),
    )


_OTHERS_SHOWN = 8


def _queries(state: State, ask: Ask[ReceiptArgs]) -> tuple[Query, ...]:
    life = About(ask.args.ref)
    if life not in ask.found:
        return (life,)
    try:
        return life, Proven(_meant(state, ask).seq)
    except Refusal:
        return (life,)  # the decision says so


def _meant(state: State, ask: Ask[ReceiptArgs]) -> Entry:
    """The entry that a receipt is asked of. Raises Refusal."""
    ref, seq = ask.args.ref, _seq(ask)
    life = ask.found.get(About(ref), ()) if _has_letter(ask) else ()
    if not life:
        raise Refusal("reference-unknown", say("There is nothing with that name here."), word=ref)
    allowed = [entry for entry, _ in _allowed(state, ask)]
    if not seq and allowed:
        return allowed[-1]
    if not any(entry.seq == seq for entry, _ in life) and seq:
        raise Refusal(
            "no-receipt",
            say("Entry {number} is not about {ref}.", number=seq, ref=ref),
            word=str(seq),
            instead=say("The newest one of it: {line}", line=Typed(f"receipt {ref}")),
        )
    found = next((entry for entry in allowed if entry.seq == seq), None)
    if found is None:
        raise Refusal(
            "no-receipt",
            say(
                "Entry {number} is not given out: votes and what is private are proven to their own "
                "people alone.",
                number=seq or life[-1][0].seq,
            ),
            word=str(seq) if seq else ref,
            instead=say("What everybody may see: {line}", line=Typed(f"show {ref}")),
        )
    return found


def _seq(ask: Ask[ReceiptArgs]) -> int:
    """The number of the entry that was named; 0 for none. Raises Refusal."""
    word = ask.args.entry
    if not word:
        return 0
    if not (word.isascii() and word.isdecimal() and len(word) <= _DIGITS_MAX and int(word)):
        raise Refusal(
            "number-odd",
            say("“{word}” is no number of an entry.", word=word),
            word=word,
            instead=say("The newest one of it: {line}", line=Typed(f"receipt {ask.args.ref}")),
        )
    return int(word)


_DIGITS_MAX = 15


def _has_letter(ask: Ask[ReceiptArgs]) -> bool:
    """Whether it is a thing that `/show` shows; reminders, say, are somebody's own."""
    return any(it.letter == ask.args.ref[:1] and it.show for it in features_of(ask).things)


def _allowed(state: State, ask: Ask[ReceiptArgs]) -> Candidates:
    """The entries about it that whoever asks may have, in order."""
    life = ask.found.get(About(ask.args.ref), ())
    return [(entry, event) for entry, event in life if _may_have(state, ask, entry, event)]


def _may_have(state: State, ask: Ask[ReceiptArgs], entry: Entry, event: Event) -> bool:
    own = state.members.numbers(ask.member.number) if ask.member is not None else ()
    if event.vote_cast or is_own_affair(event):
        return getattr(event, "member", entry.actor) in own
    hidden = (name for name, it in state.partners.named.items() if it.private)
    return not any(f'"{name}"' in entry.payload or f':{name}"' in entry.payload for name in hidden)


def _too_long(ask: Ask[ReceiptArgs]) -> Refusal:
    return Refusal(
        "export-long",
        say("That is too long for a message."),
        instead=say("As a file: {line}", line=Typed(f"receipt {ask.args.ref}")),
    )


COMMANDS = (
    Command(
        name="receipt",
        about=say("the proof that an entry is in the journal, to keep"),
        also=say("prove it, proof that my hours count, proof of entry, inclusion proof"),
        decide=receipt,
        role=Role.MEMBER,
        wants=_queries,
        args=ReceiptArgs,
        examples=("receipt C12", "receipt C12 text"),
    ),
)
