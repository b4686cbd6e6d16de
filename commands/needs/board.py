"""The board: `/needs` lists what is needed and offered; `/show N5` tells one whole."""

from __future__ import annotations

from collections.abc import Callable

from bot.arguments import OptionType, WithRef, arguments, flag, takes
from bot.chat import Choice, Menu, Reply
from bot.collective.contributions import reference as contribution_ref
from bot.collective.needevents import NeedDone, NeedDropped, NeedSwapped, NeedTaken
from bot.collective.needs import Need
from bot.collective.state import State
from bot.command import Command, Suggestion
from bot.decision import Accepted, Ask, Query
from bot.feature import Deed, Found, Thing
from bot.text.wording import Node, Say, Time, Typed, Words, items, lines, say
from commands.decisions.headings import in_own_words
from commands.decisions.lookups import texts_of
from commands.needs.balance import duty_told
from commands.needs.cards import buttons, card_told, how_typed, line
from commands.needs.changing import cancel
from commands.needs.lookups import held_by, life_queries, need_of, need_queries, words_queries

LISTED_MAX = 10
"""How many lines the board has: what fits a phone's screen."""

LISTED_ALL_MAX = 60

SOON_MS = 3 * 86_400_000
"""What is to come in this time, and empty, stands before all else."""

OFFERED_MAX = 5
"""How many can be taken by the menu: where menus are written out, they are lines again."""


@arguments
class NeedsArgs:
    """What `/needs` takes."""

    search: str = takes(OptionType.TEXT, say("words of it"), positional=True, default="")
    mine: bool = flag(say("what you took, asked for or offer"))
    taken: bool = flag(say("also what is taken"))
    circle: str = takes(OptionType.CIRCLE, say("of one circle, as :garden"), default="")


def needs(state: State, ask: Ask[NeedsArgs]) -> Accepted:
    """What is open: what is soon and empty, then what comes first; one's own with who else is in it."""
    wanted = _wanted(state, ask)
    found = [it for it in state.needs.by_time if wanted(it)]
    pressing = [] if ask.args.mine else [it for it in found if is_pressing(it, ask.moment.at)]
    found = [*pressing, *(it for it in found if it not in pressing)]
    most = LISTED_ALL_MAX if ask.args.taken else LISTED_MAX
    shown = found[:most]
    duty = duty_told(state, ask, ask.me) if ask.args.mine else None
    if not shown:
        return Accepted(replies=(Reply(lines(_nothing(ask), duty), private=ask.args.mine),))
    more = len(found) - len(shown)
    first, others = shown[: len(pressing)], shown[len(pressing) :]
    body = lines(
        say("Soon, and nobody has taken it:") if first else None,
        _listed(state, ask, first),
        say("All else:") if first and others else None,
        _listed(state, ask, others),
        _more_told(more, ask.args) if more else None,
        duty,
    )
    takable = [it for it in shown if it.free > 0 and not it.over and it.number not in _own(state, ask)]
    choices = tuple(
        Choice(Words(f"{it.ref}: {ask.text(it.what)}"), it.ref) for it in takable[:OFFERED_MAX]
    )
    menus = (Menu(say("Take"), "take", choices),) if choices and not ask.args.mine else ()
    facts = {"refs": [it.ref for it in found], "pressing": [it.ref for it in pressing]}
    return Accepted(
        replies=(
            Reply(body, private=ask.args.mine, menus=menus, facts=facts, page="needs" if more else ""),
        )
    )


def is_pressing(it: Need, now: int) -> bool:
    """Whether it is soon and empty: needed, with nobody who has taken or done any of it."""
    empty = not it.taken and not it.done and not it.terms.offer
    return empty and 0 < it.terms.at - now <= SOON_MS and not it.over


def _listed(state: State, ask: Ask[NeedsArgs], needs: list[Need]) -> Node | None:
    return items(line(state, it, ask.text(it.what)) for it in needs) if needs else None


def _more_told(more: int, args: NeedsArgs) -> Node:
    """How many more there are, and the line that lists all of what was looked for."""
    if args.taken:
        return say("and {count} more", count=more)
    circle = f"--circle {args.circle}" if args.circle else ""
    mine = "--mine" if args.mine else ""
    line = " ".join(filter(None, ["needs", args.search, mine, circle, "--taken"]))
    return say("and {count} more: {line}", count=more, line=Typed(line))


def _own(state: State, ask: Ask[NeedsArgs]) -> set[int]:
    """What who asks takes part in already."""
    member = ask.member
    if member is None:
        return set()
    numbers = set(state.members.numbers(member.number))
    return {
        it.number
        for it in state.needs.by_time
        if numbers & it.taken.keys() or (it.terms.offer and it.author in numbers)
    }


def _nothing(ask: Ask[NeedsArgs]) -> Say:
    if ask.args.mine:
        return say("You have nothing to do. {line} shows what is open.", line=Typed("needs"))
    if ask.args.search or ask.args.circle:
        return say("Nothing like that is on the board. {line} shows all.", line=Typed("needs --taken"))
    return say(
        "Nothing is open. {need} says what is needed, {offer} what you would do.",
        need=Typed("need …"),
        offer=Typed("offer …"),
    )


def _wanted(state: State, ask: Ask[NeedsArgs]) -> Callable[[Need], bool]:
    words, args = ask.args.search.casefold().split(), ask.args
    circle = state.circles.named(args.circle).name if args.circle else ""
    numbers = set(state.members.numbers(ask.me.number)) if args.mine else set()

    def wanted(it: Need) -> bool:
        text = ask.text(it.what).casefold()
        open_ = it.free > 0 and not it.over
        mine = bool(numbers & it.taken.keys()) or (it.author in numbers and not it.series)
        return (
            all(word in text for word in words)
            and (not circle or it.terms.circle == circle)
            and (mine if args.mine else args.taken or open_)
        )

    return wanted


def board_queries(state: State, ask: Ask[NeedsArgs]) -> tuple[Query, ...]:
    """The words of what stands on the board."""
    return words_queries(state.needs.by_time)


def show(state: State, ask: Ask[WithRef]) -> Accepted:
    """One need or offer, whole: who took it, and the contributions that came of it."""
    it = need_of(state, ask)
    body = lines(
        card_told(state, it, texts_of(ask)),
        items(points) if (points := _life(state, ask, it)) else None,
    )
    own = ask.member is not None and held_by(state, it, ask.member.number) is not None
    facts = {"contributions": [contribution_ref(each.contribution) for each in it.done]}
    pressed = buttons(it) if own or it.free > 0 else ()
    page, typed = f"show/{it.ref}", how_typed(it)
    shown = Reply(body, ref=it.ref, buttons=pressed, facts=facts, typed=typed, page=page)
    return Accepted(replies=(shown,))


def _headed(state: State, ask: Ask[WithRef]) -> Node:
    """What heads a need or an offer: what it is."""
    it = need_of(state, ask)
    kind = say("Offer {ref}", ref=it.ref) if it.terms.offer else say("Need {ref}", ref=it.ref)
    return in_own_words(ask.text(it.what), kind)


def _life(state: State, ask: Ask, it: Need) -> list[Node]:
    name, found = state.members.name, ask.entries(*ask.found)
    points: list[Node] = []
    for entry, event in found:
        if getattr(event, "number", 0) != it.number:
            continue
        at = Time(entry.at)
        match event:
            case NeedTaken():
                points.append(say("{at}: {who} took it", at=at, who=name(event.member)))
            case NeedDropped(missed=True):
                points.append(say("{at}: {who} could not do it", at=at, who=name(event.member)))
            case NeedDropped():
                points.append(say("{at}: {who} gave it back", at=at, who=name(event.member)))
            case NeedSwapped():
                points.append(
                    say(
                        "{at}: {who} took the place of {giver}",
                        at=at,
                        who=name(event.to),
                        giver=name(event.member),
                    )
                )
            case NeedDone():
                who = name(it.author if it.terms.offer else event.member)
                ref = contribution_ref(event.contribution)
                points.append(say("{at}: {who} did it: {ref}", at=at, who=who, ref=ref))
    return points


def _suggested(state: State) -> Found:
    for it in state.needs.by_time:
        parts = line(state, it, "…")
        yield f"{it.ref} {state.members.name(it.author).name}", Suggestion(it.ref, parts)
    for it in state.needs.open.values():
        if it.is_series:
            yield it.ref, Suggestion(it.ref, say("{ref}: all dates", ref=it.ref))


COMMANDS = (
    Command(
        name="needs",
        about=say("what is needed and offered"),
        also=say(
            "tasks, todo, to do, list, board, shifts, roster, rota, jobs, offers, "
            "noticeboard, ls, whose turn, who's turn, who is on, who's on, whose turn is "
            "it, next shift, my shifts, when is my shift, open shifts, what needs doing, "
            "where can i help, how can i help, what can i do to help"
        ),
        decide=needs,
        wants=board_queries,
        args=NeedsArgs,
        examples=("needs", "needs --mine", "needs bicycle", "needs --circle garden"),
    ),
)

THING = Thing(
    letter="N",
    show=Deed(show, life_queries),
    cancel=Deed(cancel, need_queries),
    suggested=_suggested,
    title=_headed,
)
"""A need or an offer."""
