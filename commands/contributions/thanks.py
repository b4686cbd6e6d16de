"""Thanks: `/thank @who WHAT`; they are told and counted, and never change the ledger."""

from __future__ import annotations

from collections.abc import Iterator

from bot.arguments import OptionType, arguments, takes
from bot.chat import Refusal, Reply
from bot.collective.state import State
from bot.collective.thanks import THANKS, ThanksGiven
from bot.command import Command
from bot.decision import About, Accepted, Ask
from bot.digest import Digest, Section, Told, cut
from bot.feature import Feature
from bot.text.wording import Node, Words, items, joined, say


@arguments
class ThankArgs:
    """What `/thank` takes."""

    who: tuple[str, ...] = takes(OptionType.PEOPLE, say("whom, as @name; several are fine"))
    what: str = takes(OptionType.TEXT, say("what for"), positional=True, default="")


def thank(state: State, ask: Ask[ThankArgs]) -> Accepted:
    """Thank one person or several; oneself cannot be thanked."""
    me = ask.me
    named = (ask.person(state, word) for word in ask.args.who)
    people = tuple({member.number: member for member in named}.values())
    if any(member.number == me.number for member in people):
        raise Refusal(
            "own-thanks",
            say("Thanks are for others."),
            instead=say("Somebody else may well thank you."),
        )
    what = ask.args.what
    sealed = [ask.moment.seal(what) for _ in people] if what else []
    events = tuple(
        ThanksGiven(member=me.number, to=member.number, what=sealed[i].seal if sealed else "")
        for i, member in enumerate(people)
    )
    who = joined(member.shown for member in people)
    told = (
        say("{me} thanks {who}: {what}", me=me.shown, who=who, what=what)
        if what
        else say("{me} thanks {who}.", me=me.shown, who=who)
    )
    return Accepted(events, tuple(sealed), (Reply(told),))


# --- In the digest ----------------------------------------------------------------------------------


def _told(digest: Digest) -> Iterator[ThanksGiven]:
    for entry, event in digest.about(THANKS):
        if isinstance(event, ThanksGiven) and digest.since <= entry.at < digest.until:
            yield event


def _section(digest: Digest) -> Iterator[Node]:
    found, name = list(_told(digest)), digest.state.members.name
    if not found:
        return
    yield say("Thanks:")
    told = [
        say(
            "{who} to {to}: {what}",
            who=name(it.member),
            to=name(it.to),
            what=Words(digest.texts(it.what)),
        )
        for it in found
    ]
    yield items(cut(told, ""))


COMMANDS = (
    Command(
        name="thank",
        about=say("thank somebody"),
        also=say(
            "thanks, thank you, praise, kudos, props, cheers, appreciate, ty, thx, "
            "thankyou, tysm, big thanks, well done, shout out, shoutout, thanks to, a big "
            "thank you to, many thanks, hats off"
        ),
        decide=thank,
        args=ThankArgs,
        examples=("thank @bo for the bread",),
    ),
)

FEATURE = Feature(
    name="thanks",
    commands=COMMANDS,
    digest=Told(
        sections={Section("thanks"): _section},
        wants=lambda since: (About(THANKS, since=since),),
        happened=lambda digest: any(_told(digest)),
        figures=lambda digest: {"thanks": len(list(_told(digest)))},
    ),
)
