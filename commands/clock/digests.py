"""`/digest`: the week in one message, by the clock or when it is asked for.

What was told is in the journal, so it comes once.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from bot.arguments import OptionType, arguments, flag, takes
from bot.books.exporting.forms import FORMS, Books
from bot.chat import File, Kind, Place, Reply
from bot.collective.digests import DigestTold, Every, running, starts
from bot.collective.roles import Role
from bot.collective.rules import Rules
from bot.collective.state import State
from bot.command import Command
from bot.decision import About, Accepted, Ask, Clockwork, Found, Latest, Query, RulesAt, Signed
from bot.digest import Digest
from bot.feature import Feature, features_of
from bot.language.periods import Period
from bot.moment import Moment
from bot.text.charts import told as chart_told
from bot.text.wording import Node, Typed, lines, say
from commands.clock.digestcards import chart, document, facts, happened, needs_person
from commands.clock.digestsettings import (
    ALL,
    NONE,
    DigestAtArgs,
    DigestEveryArgs,
    DigestMineArgs,
    DigestSectionsArgs,
    DigestToArgs,
    mine,
    rooms_told,
    sets,
    setting,
    settings,
    stop,
    taken_by,
)
from commands.clock.digestslots import Slot, due, first_of, of_members
from commands.decisions.lookups import home_of, rules_at, texts_of
from commands.ledger.exports import ENTRIES_MAX

LATE_MS = 3_600_000
"""A digest that comes more than an hour behind its slot says so."""

_ROLES = {
    "coordinators": Role.COORDINATOR,
    "treasurers": Role.TREASURER,
    "facilitators": Role.FACILITATOR,
    "admins": Role.ADMIN,
    "members": Role.MEMBER,
}
_CARING = {Role.COORDINATOR, Role.TREASURER, Role.FACILITATOR, Role.ADMIN}
"""Who is told what needs a person."""


# --- By the clock ---------------------------------------------------------------------------------


def _wants(state: State, ask: Ask) -> tuple[Query, ...]:
    """What is read for the first digest that is due."""
    first = first_of(state, rules_at(state, ask))
    _, period = first.now(ask.moment.at - ask.spread)
    return _read_for(ask, first.since(period))


def _read_for(ask: Ask, since: int) -> tuple[Query, ...]:
    """What the features read for a digest since an instant (ms), and the checkpoint that it tells."""
    tellers = features_of(ask).digest
    abouts = (about for each in tellers if each.wants for about in each.wants(since))
    return (*abouts, Signed())


def _found(ask: Ask) -> dict[str, Found]:
    """What was read for a digest, by what it is about."""
    readings: dict[str, list[About]] = {}
    for reading in ask.found:
        if isinstance(reading, About):
            readings.setdefault(reading.subject, []).append(reading)
    return {subject: ask.entries(*several) for subject, several in readings.items()}


def _happen(state: State, ask: Ask) -> Accepted:
    """Tell the first digest that is due; whatever is late is told once, for all its days."""
    rules = rules_at(state, ask)
    first = first_of(state, rules)
    place = first.room.place if first.room else home_of(state)
    of_room = rules(place)
    # As late as all are told here; an instant that is not reached by it is no later slot either.
    now = ask.moment.at - ask.spread
    slot, period = first.now(now)
    digest = Digest(
        state,
        of_room,
        features_of(ask).digest,
        period,
        first.every,
        _found(ask),
        texts_of(ask),
        since=first.since(period),
        until=slot,
        at=ask.moment.at,
        late=slot + ask.spread if now - slot > LATE_MS else 0,
        room=first.room.number if first.room else 0,
        checkpoint=ask.checkpoint or "",
        witnessed=ask.witnessed,
        configured=ask.configured,
    )
    empty = not (of_room.on("digest-empty") or happened(digest))
    if not first.room:
        return _told_to_members(_alike(state, rules, first, now), digest, of_room, empty=empty)
    event = DigestTold(
        every=first.every,
        slot=slot,
        room=first.room.number,
        empty=empty,
        until=period.last.isoformat(),
    )
    if empty:
        return Accepted((event,))
    copies = (
        () if _told_by_another(state, rules, first) else _copies(state, digest, of_room, ask.moment)
    )
    return Accepted((event,), (), (*_shown(digest, of_room, place), *copies))


def _alike(state: State, rules: RulesAt, first: Slot, now: int) -> tuple[int, ...]:
    """The members whose own digest is the same one: it is put together once, for all of them."""
    wanted = (first.slot, first.every, first.zone, first.told)
    days = first.now(now)
    return tuple(
        each.member
        for each in of_members(state, rules)
        if (each.slot, each.every, each.zone, each.told) == wanted and each.now(now) == days
    )


def _told_to_members(members: Sequence[int], digest: Digest, rules: Rules, *, empty: bool) -> Accepted:
    slot, until = digest.until, digest.period.last.isoformat()
    events = tuple(
        DigestTold(every=digest.every, slot=slot, member=number, empty=empty, until=until)
        for number in members
    )
    if empty:
        return Accepted(events)
    body = lines(document(digest), say("{line} stops this digest.", line=Typed("digest stop")))
    return Accepted(events, (), _to(members, body, digest, rules))


def _shown(
    digest: Digest, rules: Rules, place: Place | None, *, private: bool = False
) -> tuple[Reply, ...]:
    """The digest in a room, with its picture where the rule says so."""
    told = Reply(
        document(digest),
        kind=Kind.DIGEST,
        place=place,
        private=private,
        facts=facts(digest),
        page="start",
    )
    picture = chart(digest) if rules.on("pictures") else None
    if picture is None:
        return (told,)
    words = chart_told(picture)
    return (told, Reply(words, kind=Kind.PICTURE, place=place, private=private, chart=picture))


def _to(members: Sequence[int], body: Node, digest: Digest, rules: Rules) -> tuple[Reply, ...]:
    """The same digest for members, with its picture where the rule says so."""
    figures, picture = facts(digest), chart(digest) if rules.on("pictures") else None
    told = tuple(
        Reply(body, kind=Kind.DIGEST, to=number, facts=figures, page="start") for number in members
    )
    if picture is None:
        return told
    words = chart_told(picture)
    shown = (Reply(words, kind=Kind.PICTURE, to=number, chart=picture) for number in members)
    return tuple(reply for both in zip(told, shown, strict=True) for reply in both)


def _told_by_another(state: State, rules: RulesAt, it: Slot) -> bool:
    """Whether the coordinators get their copy with another room's digest of the same sort."""
    firsts = (
        room
        for room, of_room in rooms_told(state, rules)
        if it.every.value in of_room.patterns("digest-every")
    )
    return it.room is not next(firsts, it.room)


def _copies(state: State, digest: Digest, rules: Rules, moment: Moment) -> tuple[Reply, ...]:
    """The copies by role, with what needs a person; who takes a digest of their own gets only that."""
    wanted = {_ROLES[word] for word in rules.patterns("digest-to")}
    here = [each for each in state.members.here if not each.seat]
    holders = [each for each in here if wanted & {*each.roles, Role.MEMBER}]
    if wanted and not holders:
        holders = [each for each in here if Role.ADMIN in each.roles]
    foot = say("You get this by the rule {rule}.", rule="digest-to")
    told = [each for each in holders if not each.unreached and not taken_by(state, each.number)]
    caring = [each.number for each in told if each.roles & _CARING]
    others = [each.number for each in told if not each.roles & _CARING]
    body, needs = document(digest), needs_person(digest, moment.at)
    return (
        *_to(caring, lines(body, needs, foot), digest, rules),
        *_to(others, lines(body, foot), digest, rules),
    )


# --- When it is asked for -------------------------------------------------------------------------


@arguments
class DigestAskedArgs:
    """What `/digest now` and `/digest preview` take."""

    every: str = takes(
        OptionType.WORD, say("how often"), choices=tuple(each.value for each in Every), default=""
    )
    csv: bool = flag(say("with the entries of these days as a table"))


def _asked_queries(state: State, ask: Ask[DigestAskedArgs]) -> tuple[Query, ...]:
    _, period = _running(ask)
    found = _read_for(ask, starts(period, ask.rules.text("zone")))
    return (*found, Latest(ENTRIES_MAX)) if ask.args.csv else found


def _running(ask: Ask[DigestAskedArgs]) -> tuple[Every, Period]:
    """How often the digest comes that is asked for, and the days that run, up to now."""
    rules = ask.rules
    every = Every(ask.args.every or rules.patterns("digest-every")[0])
    return every, running(ask.moment.at, every, rules.text("digest-at"), rules.text("zone"))


def _asked(state: State, ask: Ask[DigestAskedArgs]) -> Digest:
    """The digest of the days that run, up to now."""
    every, period = _running(ask)
    return Digest(
        state,
        ask.rules,
        features_of(ask).digest,
        period,
        every,
        _found(ask),
        texts_of(ask),
        since=starts(period, ask.rules.text("zone")),
        until=ask.moment.at + 1,
        at=ask.moment.at,
        room=ask.room,
        checkpoint=ask.checkpoint or "",
        witnessed=ask.witnessed,
        configured=ask.configured,
    )


def now(state: State, ask: Ask[DigestAskedArgs]) -> Accepted:
    """Tell the room how it stands now; the one by the clock comes all the same."""
    digest = _asked(state, ask)
    shown = _shown(digest, ask.rules, None)
    return Accepted(replies=(_with_table(shown[0], digest, ask), *shown[1:]))


def preview(state: State, ask: Ask[DigestAskedArgs]) -> Accepted:
    """Tell only who asks; a coordinator also what needs a person."""
    digest = _asked(state, ask)
    body = document(digest)
    if ask.me.roles & {Role.COORDINATOR, Role.ADMIN}:
        body = lines(body, needs_person(digest, ask.moment.at))
    shown = _shown(digest, ask.rules, None, private=True)
    first = _with_table(_with_body(shown[0], body), digest, ask)
    return Accepted(replies=(first, *shown[1:]))


def _with_body(reply: Reply, body: Node) -> Reply:
    """The same reply with other words."""
    return replace(reply, body=body)


def _with_table(reply: Reply, digest: Digest, ask: Ask[DigestAskedArgs]) -> Reply:
    """With the entries of these days as a table, where it was asked for."""
    if not ask.args.csv:
        return reply
    (latest,) = (reading for reading in ask.found if isinstance(reading, Latest))
    entries = [entry for entry, _ in ask.found[latest]]
    days = (digest.period.first.isoformat(), digest.period.last.isoformat())
    form = FORMS["csv"]
    table = "".join(form.write(Books(digest.state, lambda: entries, lambda *_: ask.texts, days)))
    name = f"talkoot-{digest.period.first}-{digest.period.last}.csv"
    file = File(name, form.media, table.encode(), form.about)
    return replace(reply, files=(file,))


# --- Settings -------------------------------------------------------------------------------------


COMMANDS = (
    Command(
        name="digest",
        about=say("when the digest comes, and to whom"),
        also=say("newsletter, news, status"),
        decide=settings,
        examples=("digest",),
    ),
    Command(
        name="digest now",
        about=say("tell this room how the days that run stand"),
        decide=now,
        role=Role.COORDINATOR,
        wants=_asked_queries,
        args=DigestAskedArgs,
        examples=("digest now", "digest now --csv"),
    ),
    Command(
        name="digest preview",
        about=say("show only yourself how the days that run stand"),
        decide=preview,
        wants=_asked_queries,
        args=DigestAskedArgs,
        examples=("digest preview",),
    ),
    Command(
        name="digest on",
        about=say("give this room digests"),
        decide=sets("digest", "", ALL),
        role=Role.COORDINATOR,
        examples=("digest on",),
    ),
    Command(
        name="digest off",
        about=say("give this room no digests"),
        decide=sets("digest", "", NONE),
        role=Role.COORDINATOR,
        examples=("digest off",),
    ),
    setting(
        "at",
        say("when it comes"),
        DigestAtArgs,
        "digest at fri 17:00",
        "digest-at",
    ),
    setting(
        "every",
        say("how often it comes"),
        DigestEveryArgs,
        "digest every weekly, monthly",
        "digest-every",
    ),
    setting(
        "to",
        say("who gets it as a direct message too"),
        DigestToArgs,
        "digest to coordinators, treasurers",
        "digest-to",
    ),
    setting(
        "sections",
        say("what it tells"),
        DigestSectionsArgs,
        "digest sections contributions, money, journal",
        "digest-sections",
    ),
    Command(
        name="digest mine",
        about=say("get a digest of your own, in private"),
        decide=mine,
        args=DigestMineArgs,
        examples=("digest mine weekly", "digest mine daily"),
    ),
    Command(
        name="digest stop",
        about=say("stop your own digest"),
        also=say(
            "stop, mute, shut up, quiet, silence, be quiet, go away, fuck off, stop "
            "writing, stop talking, stop spamming, spam, too many messages"
        ),
        decide=stop,
        examples=("digest stop",),
    ),
)

FEATURE = Feature(
    name="digests",
    commands=COMMANDS,
    clockworks=(Clockwork("digests", due, _happen, _wants, spread=True),),
)
