"""`/me privacy`: what is kept about one, who sees it, and hiding one's own name on the pages."""

from __future__ import annotations

from bot.arguments import OptionType, arguments, takes
from bot.chat import Refusal, Reply
from bot.collective.pages import PageNameHidden
from bot.collective.state import State
from bot.decision import Accepted, Ask
from bot.text.wording import Code, Typed, Words, items, lines, say
from commands.places.web import seen_told


@arguments
class MePrivacyArgs:
    """What `/me privacy` takes."""

    what: str = takes(
        OptionType.WORD,
        say("web for your name on the pages"),
        positional=True,
        choices=("web",),
        default="",
    )
    shown: str = takes(
        OptionType.WORD,
        say("off hides it from who is no member, on shows it as the rule web-names says"),
        positional=True,
        choices=("off", "on"),
        default="",
    )


def privacy(state: State, ask: Ask[MePrivacyArgs]) -> Accepted:
    """What is kept about one; or one's own name on the pages is hidden, or shown."""
    if ask.args.shown:
        return _name(state, ask)
    if ask.args.what:
        return Accepted(replies=(Reply(lines(*seen_told(state, ask), _LINES), private=True),))
    body = lines(
        say("What {name} keeps about you:", name=state.name),
        items(
            (
                say("your name here, and the ids of the accounts that you linked"),
                say("what you logged, confirmed, thanked, decided: amounts, days, and your words"),
                say("the language and the zone that you chose"),
                say("your IBAN, if you gave one: only the bank's file has it"),
                say("whether you want to speak first; only you are told that"),
            )
        ),
        say(
            "Members see your name, your entries and your balance; whoever runs this bot can read all "
            "of it. The journal itself holds neither names nor words, only fingerprints of them."
        ),
        *seen_told(state, ask),
        items(
            (
                _LINES,
                say("{export} gives you all of it as a file", export=Typed("me export")),
                say(
                    "{forget} destroys your name, your accounts and your words; sums stay",
                    forget=Typed("me forget"),
                ),
            )
        ),
    )
    return Accepted(replies=(Reply(body, private=True),))


_LINES = say(
    "{off} hides your name from who is no member, {on} shows it as the rule {rule} says",
    off=Typed("me privacy web off"),
    on=Typed("me privacy web on"),
    rule=Code("web-names"),
)


def _name(state: State, ask: Ask[MePrivacyArgs]) -> Accepted:
    """Hide one's own name from who is no member, or show it again."""
    hide = ask.args.shown == "off"
    mine = state.members.numbers(ask.me.number)
    if hide == state.pages.is_hidden(mine):
        raise Refusal("nothing-changed", say("That is so already."), word=ask.args.shown)
    changed = mine[:1] if hide else [number for number in mine if number in state.pages.hidden]
    events = tuple(PageNameHidden(member=number, hidden=hide) for number in changed)
    told = (
        say("Your name is hidden on the pages from who is no member.")
        if hide
        else say("Your name is shown on the pages as the rule {rule} says.", rule=Words("web-names"))
    )
    return Accepted(events, (), (Reply(told, private=True),))
