"""What reading somebody's words may look up: their newest entry, the words of things, what is there."""

from __future__ import annotations

from bot.collective.state import State
from bot.command import Setting
from bot.decision import About, Since
from bot.feature import Features
from bot.phrasing.known import Known
from bot.writer.homes import Scene


def known_to(scene: Scene, state: State, features: Features, setting: Setting) -> Known:
    """What reading somebody's words may look up."""
    return Known(
        state,
        features,
        setting,
        lambda: _newest(scene, state),
        scene.message.actor,
        lambda ref: _did_else(scene, state, ref),
        lambda ref: _title(scene, state, ref),
        lambda seal: scene.batch.tx.texts(state.collective, [seal]).get(seal, ""),
    )


def _newest(scene: Scene, state: State) -> str:
    """The newest entry of who speaks, while it can still be taken back without anybody; or nothing."""
    if scene.member is None:
        return ""
    mine = state.members.numbers(scene.member.number)
    book = state.contributions
    numbers = {number for number, *_ in book.unsettled_of(mine)}
    numbers |= {it.number for day in book.days.values() for n in mine for it in day.get(n, ())}
    numbers -= book.withdrawn
    if not numbers:
        return ""
    ref = f"C{max(numbers)}"
    life = scene.batch.read(state, About(ref))
    grace_ms = scene.rules.number("grace") * 60_000
    in_grace = bool(life) and scene.batch.moment.at - life[0][0].at <= grace_ms
    return ref if in_grace else ""


def _did_else(scene: Scene, state: State, ref: str) -> bool:
    """Whether who speaks wrote anything into the journal since what they last did with an entry."""
    life = scene.batch.read(state, About(ref))
    mine = state.members.numbers(scene.member.number) if scene.member else ()
    since = scene.batch.read(state, Since(life[-1][0].at))
    return any(entry.actor in mine and entry.seq > life[-1][0].seq for entry, *_ in since)


def _title(scene: Scene, state: State, ref: str) -> str:
    """The words that a thing began with."""
    life = scene.batch.read(state, About(ref))
    if not life:
        return ""
    entry, event = life[0]
    found = scene.batch.tx.texts(
        state.collective, sorted(event.seals), dict.fromkeys(event.seals, entry.seq)
    )
    return " ".join(found.values())
