"""Leaving, and one's own data: taking it along, having it forgotten."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from bot.arguments import OptionType, arguments, takes
from bot.chat import File, Reply
from bot.collective.events import Event, about_member
from bot.collective.ledger import member_account
from bot.collective.members import MemberForgotten, MemberLeft
from bot.collective.state import State
from bot.collective.treasury import held_account
from bot.decision import About, Accepted, Ask, By, JournalQuery, Priorities, Query, joined_with
from bot.language.sums import decimals
from bot.text.wording import Typed, items, lines, say
from commands.contributions.entering import given_up
from commands.funding.leaving import given_back, returned_cards, returned_queries
from commands.ledger.exits import ended, kept_told, open_told, voters_told
from commands.ledger.sharedcards import between
from commands.needs.freeing import freed_cards, freed_queries, freed_told
from commands.people.members import check_admin_left

YES = takes(OptionType.WORD, say("that you mean it"), positional=True, choices=("yes",), default="")


@arguments
class MeLeaveArgs:
    """What `/me leave` takes."""

    sure: str = YES


def leave(state: State, ask: Ask[MeLeaveArgs]) -> Accepted:
    """Be a member no more; what one gave and is owed stays."""
    me = ask.me
    check_admin_left(state, me)
    open_ = open_told(state, me.number)
    if open_ and not ask.args.sure:
        first = lines(
            say("Still open for you:"),
            items(open_),
            say("To leave all the same: {line}", line=Typed("me leave yes")),
        )
        return Accepted(replies=(Reply(first, private=True),))
    told = lines(
        say("{who} left; their entries and balance stay.", who=me.shown),
        items(open_) if open_ else None,
    )
    given = tuple(given_back(state, state.members.numbers(me.number)))
    events = (*ended(state, me.number), *given, MemberLeft(member=me.number))
    freed = (
        *freed_told(state, ask, events, me.number),
        *freed_cards(state, ask, events),
        *returned_cards(state, ask, given),
    )
    return Accepted(events, (), (Reply(told), *voters_told(state, me.number), *freed))


def leaving_queries(state: State, ask: Ask) -> tuple[Query, ...]:
    """What they had taken on, and is free again."""
    return (*freed_queries(state, ask.me.number), *returned_queries(state))


def mine_queries(state: State, ask: Ask) -> tuple[JournalQuery, ...]:
    """All that is about them, or was done by them."""
    numbers = state.members.numbers(ask.me.number)
    about = (About(about_member(number)) for number in numbers)
    return (*about, *map(By, numbers))


def export_queries(state: State, ask: Ask) -> tuple[Query, ...]:
    """All of that, and what is kept beside the journal."""
    return (*mine_queries(state, ask), Priorities())


def export(state: State, ask: Ask) -> Accepted:
    """Everything that is kept about whoever asks, as a file for machines and people."""
    me, numbers = ask.me, state.members.numbers(ask.me.number)
    balances = state.ledger.of(*map(member_account, numbers))
    kept = state.ledger.of(*map(held_account, numbers))
    known = {
        "collective": state.name,
        "member": me.number,
        "name": me.name,
        "accounts": [
            f"{platform}: {account}" for platform, account in state.members.accounts(me.number)
        ],
        "roles": sorted(me.roles),
        "circles": sorted({name for number in numbers for name in state.circles.of(number)}),
        "language": me.language,
        "zone": me.zone,
        "speaks_first": not frozenset(numbers).isdisjoint(ask.first or ()),
        "balances": decimals(balances),
        "held": decimals(kept),
        "between": decimals(between(state, me.number)),
        "at": ask.moment.now.isoformat(timespec="seconds"),
        "entries": [
            {"seq": entry.seq, "at": entry.at, "by_you": entry.actor in numbers, **_told(ask, event)}
            for entry, event in ask.entries(*ask.found)
        ],
    }
    data = json.dumps(known, ensure_ascii=False, indent=1).encode()
    file = File("talkoot-me.json", "application/json", data, say("everything kept about you"))
    told = say("This is everything that {name} keeps about you.", name=state.name)
    return Accepted(replies=(Reply(told, private=True, fleeting=True, files=(file,)),))


def _told(ask: Ask, event: Event) -> dict[str, Any]:
    """An event with the words that it commits to instead of their fingerprints."""
    fields: dict[str, Any] = msgspec.to_builtins(event)
    told = (name for name in event.sealed_fields if name not in event.kept_back_fields)
    words = {name: ask.text(getattr(event, name)) for name in told}
    return {**fields, **{name: text for name, text in words.items() if text}}


@arguments
class MeForgetArgs:
    """What `/me forget` takes."""

    sure: str = YES


def forget(state: State, ask: Ask[MeForgetArgs]) -> Accepted:
    """Destroy one's name, accounts and words; sums and hashes stay valid."""
    me = ask.me
    check_admin_left(state, me)
    open_ = open_told(state, me.number)
    kept = kept_told(state, me.number)
    if not ask.args.sure:
        told = lines(
            say(
                "This destroys your name, your accounts and all your words here, for good; you leave. "
                "Amounts and days stay, as those of nobody."
            ),
            say("Still open for you:") if open_ else None,
            items(open_) if open_ else None,
            kept,
            say("{export} first, if you want a copy.", export=Typed("me export")),
            say("To do it: {line}", line=Typed("me forget yes")),
        )
        return Accepted(replies=(Reply(told, private=True),))
    told_once = lines(say("You are forgotten here. What you gave stays counted."), kept)
    gone = Reply(told_once, private=True, fleeting=True)
    given = tuple(given_back(state, state.members.numbers(me.number), forgotten=True))
    events = (*ended(state, me.number), *given, MemberForgotten(member=me.number))
    freed = (
        *freed_told(state, ask, events),
        *freed_cards(state, ask, events),
        *returned_cards(state, ask, given, gone=state.members.numbers(me.number)),
    )
    forgotten = Accepted(
        events, (), (gone, *voters_told(state, me.number), *freed), _personal(state, ask)
    )
    return joined_with(forgotten, _without_import(state, ask))


def _without_import(state: State, ask: Ask) -> Accepted:
    """An import that waits and is about them is given up: it holds words of theirs, and cannot come."""
    it = state.imports.waiting
    if it is None or set(it.members).isdisjoint(state.members.numbers(ask.me.number)):
        return Accepted()
    told = say("{ref} is given up: it is about somebody who is forgotten.", ref=it.ref)
    return given_up(state, it, Reply(told, ref=it.ref))


def forgetting_queries(state: State, ask: Ask) -> tuple[Query, ...]:
    """All of theirs, and what they had taken on."""
    freed = freed_queries(state, ask.me.number)
    return (*mine_queries(state, ask), *freed, *returned_queries(state))


def _personal(state: State, ask: Ask) -> tuple[str, ...]:
    """The commitments to all that is about whoever asks, or from them; others' needs are theirs."""
    found = ask.entries(*mine_queries(state, ask))
    seals = (seal for _, event in found for seal in event.personal)
    return tuple(dict.fromkeys(seals))
