"""Every kind of message on a phone: how many lines it takes, and what a notification shows of it.

A line has 40 characters, as on a phone of 390 points; measured is the plain body as Matrix gets it,
with what can be pressed, for it is the longest form. The table is written by hand.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from adapters.matrix.outgoing import parts
from bot.chat import Actor, Incoming, Kind, Outgoing, Place, Tone
from bot.text.languages import reader
from bot.text.rendering import render
from commands import FEATURES
from tests.house.house import House

WIDTH = 40
"""Characters of a line on a phone."""

SHOWN = 80
"""Characters of a message that a notification shows."""

BAKERY = ("anna", "bo", "cem", "dora")

FIRST_WORDS = {name.partition(" ")[0] for name in FEATURES.commands}


def body(row: Outgoing) -> str:
    """The plain body of a row's message, as Matrix gets it."""
    first, *_ = parts(row, row.place.room, None)
    return str(first.content["body"])


def lines_of(text: str) -> int:
    """How many lines a text takes on a phone."""
    return sum(len(textwrap.wrap(line, WIDTH)) or 1 for line in text.splitlines())


def kinds(house: House) -> Iterator[tuple[str, str]]:
    """Every kind of message by its name, in a day of a bakery."""

    def says(who: str, line: str, *, private: bool = False, kind: Kind | None = None) -> str:
        told = house.say(who, f"!{line}", private=private)
        rows = [row for row in told.rows if kind is None or row.reply.kind is kind]
        return body(rows[0])

    yield "log", says("anna", "log 3h cleaned the kitchen #care")
    yield "balance", says("anna", "balance")
    yield "dispute", says("bo", "dispute C1 we did it together, half of it was mine")
    house.say("anna", "!income 100 EUR market")
    house.say("anna", "!role give @bo coordinator")
    yield "expense", says("bo", "expense 38.90 EUR rye from the mill")
    yield "expense, approved", says("anna", "approve T2", kind=Kind.EDIT)
    mixer = "propose Buy a used dough mixer\nThe mill sells theirs for 400 EUR."
    yield "proposal", says("anna", mixer)
    yield "proposal, voted on", says("bo", "vote P2 consent", kind=Kind.EDIT)
    told = house.say("cem", "!vote P2 concern where will it stand?")
    receipt, card = told.rows
    yield "receipt", body(receipt)
    yield "proposal, with a concern", body(card)
    yield "poll", says("anna", "poll Which day for the market? | Thursday | Friday")
    yield "poll, voted on", says("bo", "vote Q1 2", kind=Kind.EDIT)
    yield "poll, closed", says("anna", "close Q1", kind=Kind.RESULT)
    secret = "poll Who keeps the keys? | Anna | Bo | Cem | Nobody in particular --secret"
    yield "secret poll", says("anna", secret)
    yield "ballot", says("bo", "ballot Q2")
    yield "ranked poll", says("anna", "poll Which bread first? | Rye | Spelt | Oat --method irv")
    yield "/help", says("dora", "help")
    yield "/help poll", says("dora", "help poll")
    yield "/help log", says("dora", "help log")
    yield "/ledger", says("dora", "ledger")
    yield "/why", says("dora", "why P2")
    yield "refusal", says("dora", "log -3h nothing")
    house.say("anna", "!settle C1 counts")
    house.say("bo", "!confirm C1")
    yield "digest", says("bo", "digest now", kind=Kind.DIGEST)
    yield "digest of a coordinator", says("bo", "digest preview", kind=Kind.DIGEST)


EVENING = {
    "thanks": ("anna", "thank @bo for carrying the flour"),
    "need": ("anna", "need 2h clean the oven --by fri 18:00"),
    "need, taken": ("bo", "take N1"),
    "need, done": ("bo", "done N1"),
    "shift": ("anna", 'need 3h shop --every "monday 18:00" --people 2'),
    "offer": ("cem", "offer 2h repairing bicycles"),
    "/needs": ("dora", "needs"),
    "shift-balance": ("anna", "rules set shift-balance 4w"),
    "/duty": ("bo", "duty"),
    "/menu": ("bo", "menu"),
    "/decisions": ("dora", "decisions"),
    "/polls": ("dora", "polls"),
    "/treasury": ("dora", "treasury"),
    "/statement": ("bo", "statement"),
    "/member list": ("dora", "member list"),
    "/me": ("dora", "me"),
    "/me privacy": ("dora", "me privacy"),
    "/rules": ("dora", "rules"),
    "/about": ("dora", "about"),
    "reminder": ("dora", "remind me tomorrow 09:00 water the plants"),
    "/reminders": ("dora", "reminders"),
    "what is asked": ("dora", "log 2h baked with @bo"),
    "amended": ("dora", "log 2h swept"),
    "withdrawn": ("dora", "undo"),
    "setup, kind": ("anna", "setup"),
    "setup, place": ("anna", "setup kind club"),
    "setup, digest": ("anna", "setup place en Vienna"),
    "setup, done": ("anna", "setup digest fri 17:00"),
}
"""What is said behind the day of the bakery, and what it shows."""


@pytest.fixture(scope="module")
def day() -> dict[str, str]:
    """The messages of the day and of its evening, by their kind."""
    with House(homes={"matrix": "alpha"}) as house:
        for who in BAKERY:
            house.say(who, "!me")
        told = dict(kinds(house))
        for kind, (who, line) in EVENING.items():
            told[kind] = body(house.say(who, f"!{line}").rows[0])
        return told


LOOKS = {
    "log": (1, "C1: anna, 3h #care, cleaned the kitchen"),
    "balance": (1, "anna: 3h"),
    "dispute": (6, "bo disputes C1: we did it together, half of it was mine"),
    "expense": (5, "T2: 38.90 EUR #other that bo laid out, from the treasury: rye"),
    "expense, approved": (
        3,
        "T2: 38.90 EUR #other that bo laid out, from the treasury: rye",
    ),
    "proposal": (10, "P2: Buy a used dough mixer|The mill sells theirs for 400 EUR.|All 4 are asked."),
    "proposal, voted on": (10, "P2: Buy a used dough mixer|The mill sells theirs for 400 EUR."),
    "proposal, with a concern": (13, "P2: Buy a used dough mixer|The mill sells theirs for 400 EUR."),
    "receipt": (1, "You on P2: consent with a concern."),
    "poll": (5, "Q1: Which day for the market?|One vote each; the most votes win."),
    "poll, voted on": (6, "Q1: Which day for the market?|One vote each;"),
    "poll, closed": (6, "Q1: Friday. 1 of 4 people voted. Which day for the market?"),
    "secret poll": (8, "Q2: Who keeps the keys?|Secret: whoever runs this bot could look"),
    "ballot": (25, "Q2: Who keeps the keys?|One vote each; the most votes win."),
    "ranked poll": (10, "Q3: Which bread first?|Each voter ranks the options."),
    "/help": (10, "!log 3h baked bread: what you gave|!balance: what you have"),
    "/help poll": (16, "!poll: ask the members which of several options they want|- !poll Which day?"),
    "/help log": (15, "!log: log what you contributed|- !log 3h cleaned the kitchen #care"),
    "/ledger": (9, "Talkoot, Thu, 1 Jan to Sat, 31 Jan|No confirmed entries in this time."),
    "/why": (22, "P2: Buy a used dough mixer|All 4 are asked.|It is open."),
    "refusal": (3, "An amount is more than nothing, never less.|To take something back:"),
    "digest": (15, "Talkoot, Mon, 5 Jan: 3h, 1 decided, 3 open|3h #care|Decided:"),
    "digest of a coordinator": (19, "Talkoot, Mon, 5 Jan: 3h, 1 decided, 3 open|3h #care"),
    "thanks": (1, "anna thanks bo: for carrying the flour"),
    "need": (4, "N1, anna needs: clean the oven|by Fri, 9 Jan, 18:00 UTC, 2h|"),
    "need, taken": (3, "bo takes N1: clean the oven, 2h|When: by Fri, 9 Jan, 18:00 U"),
    "need, done": (2, "N1 is done.|C2: bo, 2h #work, clean the oven"),
    "shift": (13, "N2, anna needs: shop|every week, from Mon, 5 Jan, 18:00 UTC "),
    "offer": (4, "N7, cem offers: repairing bicycles|2h|open|✋ Take !take N7"),
    "/needs": (13, "Soon, and nobody has taken it:|- N3: shop · Mon, 5 Jan, 18:0"),
    "shift-balance": (2, "shift-balance is now 4w for the collective (it was off)."),
    "/duty": (4, "Shifts of bo since Mon, 5 Jan: 0 done, 0 owed.|!duty leave -"),
    "/menu": (11, "This waits for you:|- !ballot Q2: your vote, by 12 Jan: Who "),
    "/decisions": (2, "- P2: Buy a used dough mixer (open until Mon, 12 Jan, 09:00 UTC"),
    "/polls": (6, "- Q3: Which bread first? (open until Mon, 12 Jan, 09:00 UTC)|-"),
    "/treasury": (4, "- In the treasury: 61.10 EUR|Held for members: 38.90 EUR|In "),
    "/statement": (10, "bo, Thu, 1 Jan to Sat, 31 Jan|Before: 0h|- C2: bo, 2h #work,"),
    "/member list": (5, "4 members:|- anna, one of the admins|- bo, one of the coordi"),
    "/me": (3, "You are dora, one of the members here.|Accounts: matrix: dor"),
    "/me privacy": (25, "What Talkoot keeps about you:|- your name here, and the ids "),
    "/rules": (7, "What is set here; all else is as it comes:|- shift-balance ="),
    "/about": (9, "Talkoot keeps the books of a cooperative: who gave what, and"),
    "reminder": (4, "R1 comes Tue, 6 Jan, 09:00 UTC: water the plants|!reminders "),
    "/reminders": (2, "- R1 Tue, 6 Jan, 09:00 UTC: water the plants"),
    "what is asked": (4, "Whose is it: only theirs, or yours as well?|Send one of thes"),
    "amended": (1, "C3: dora, 2h #work, swept"),
    "withdrawn": (1, "dora withdraws C3 (2h)."),
    "setup, kind": (10, "1 of 3: What kind of collective are you? It says how you dec"),
    "setup, place": (11, "Set: Club: more than half (method = majority, quorum = 25%, "),
    "setup, digest": (10, "Set: en, Europe/Vienna (language = en, zone = Europe/Vienna)"),
    "setup, done": (6, "Set: The digest comes fri 17:00. (digest = home, digest-at ="),
}
"""How many lines each kind takes, and how it begins; | ends a line."""


@pytest.mark.parametrize("kind", LOOKS)
def test_a_message_has_its_lines_and_its_news_first(day: dict[str, str], kind: str) -> None:
    count, begins = LOOKS[kind]
    beginning = day[kind][:SHOWN].replace("\n", "|")

    assert lines_of(day[kind]) == count, day[kind]
    assert beginning.startswith(begins[:SHOWN])


def test_every_kind_that_is_measured_stands_in_the_table(day: dict[str, str]) -> None:
    assert set(day) == set(LOOKS)


def test_only_votes_are_voted(day: dict[str, str]) -> None:
    assert day["/needs"].endswith("\nTake: !take N3")


def test_an_option_is_named_once(day: dict[str, str]) -> None:
    assert "Thursday" not in day["poll"], "the poll below has the options"
    assert day["ranked poll"].count("Spelt") == 1
    assert day["ballot"].count("Nobody in particular") == 1


@pytest.mark.parametrize("kind", ["poll", "poll, voted on", "secret poll", "poll, closed"])
def test_no_card_repeats_the_seal_of_the_draw(day: dict[str, str], kind: str) -> None:
    assert "seal" not in day[kind]
    assert "seed" not in day[kind]


def test_a_concern_stands_on_the_card(day: dict[str, str]) -> None:
    assert "consent with a concern: where will it stand?" in day["proposal, with a concern"]


def test_an_approved_expense_says_so_and_asks_for_nothing(day: dict[str, str]) -> None:
    assert "!approve T2" in day["expense"]
    assert "!approve" not in day["expense, approved"]


@pytest.mark.parametrize(("deed", "ended"), [("approve T2", "Approved by"), ("decline T2", "declined")])
def test_what_waited_says_on_its_card_how_it_ended(deed: str, ended: str) -> None:
    with House(homes={"matrix": "alpha"}) as house:
        for who in BAKERY:
            house.say(who, "!me")
        house.say("anna", "!income 100 EUR market")
        (card,) = house.say("bo", "!expense 38.90 EUR rye").rows
        edits = [row for row in house.say("anna", f"!{deed}").rows if row.reply.kind is Kind.EDIT]

    assert card.reply.kind is Kind.CARD
    assert [(row.reply.ref, row.place, row.reply.buttons) for row in edits] == [("T2", card.place, ())]
    assert ended in body(edits[0])


FALLBACKS = [
    ("expense 5 EUR rye", "approve T2", "* Approved by anna. T2: 5.00 EUR"),
    ("expense 5 EUR rye", "decline T2 no receipt", "* T2 is declined: no receipt"),
    ("log 3h baked bread", "confirm C1", "* confirmed: C1: bo, 3h"),
    ("log 3h baked bread", "dispute C1 too much", "* disputed: C1: bo, 3h"),
    ("need sweep the yard", "take N1", "* N1: sweep the yard · "),
    ("need sweep the yard", "cancel N1", "* It is off the board. N1: sweep the yard"),
    ("propose Buy a mixer", "vote P1 object too dear", "* P1: So far: object 1. Buy a mixer"),
    (
        "poll Which day? | Mon | Tue",
        "vote Q1 1",
        "* Q1: So far: Mon 1. 1 of 4 people voted. Which day?",
    ),
]
"""What is asked, what is done then, and how the edit of the card begins where edits are not known."""


@pytest.mark.parametrize(("asked", "done", "begins"), FALLBACKS)
def test_an_edit_falls_back_to_what_changed(asked: str, done: str, begins: str) -> None:
    with House(homes={"matrix": "alpha"}) as house:
        for who in BAKERY:
            house.say(who, "!me")
        house.say("anna", "!income 100 EUR market")
        house.say("anna", "!rules set confirmations 1")
        house.say("bo", f"!{asked}")
        edits = [row for row in house.say("anna", f"!{done}").rows if row.reply.kind is Kind.EDIT]
        (part,) = parts(edits[0], "!hall", "$card")

    assert str(part.content["body"]).startswith(begins)


TONES = [
    ("log 3h baked bread", "confirm C1", Tone.GOOD),
    ("log 3h baked bread", "dispute C1 too much", Tone.BAD),
    ("log 3h baked bread", "withdraw C1", Tone.OVER),
    ("expense 5 EUR rye", "approve T2", Tone.GOOD),
    ("expense 5 EUR rye", "decline T2 no receipt", Tone.BAD),
    ("need sweep the yard", "cancel N1", Tone.OVER),
    ("propose Buy a mixer", "vote P1 consent", Tone.OPEN),
    ("propose Buy a mixer", "cancel P1", Tone.OVER),
    ("poll Which day? | Mon | Tue", "vote Q1 1", Tone.OPEN),
    ("poll Which day? | Mon | Tue", "close Q1", Tone.GOOD),
    ("poll Which day? | Mon | Tue", "cancel Q1", Tone.OVER),
]
"""What bo asks, what anna does then, and the tone of the card."""


@pytest.mark.parametrize(("asked", "done", "tone"), TONES)
def test_a_card_has_the_tone_of_its_state(asked: str, done: str, tone: Tone) -> None:
    with House(homes={"matrix": "alpha"}) as house:
        for who in BAKERY:
            house.say(who, "!me")
        house.say("anna", "!income 100 EUR market")
        house.say("anna", "!rules set confirmations 1")
        told = house.say("bo", f"!{asked}")
        card = next(row for row in told.rows if row.reply.kind is Kind.CARD)
        who = "bo" if done in {"withdraw C1", "cancel P1"} else "anna"
        edits = [row for row in house.say(who, f"!{done}").rows if row.reply.kind is Kind.EDIT]

    assert card.reply.tone is Tone.OPEN
    assert [row.reply.tone for row in edits] == [tone]


@pytest.mark.parametrize(
    ("votes", "tone"), [(("agree", "agree"), Tone.GOOD), (("block too dear", "agree"), Tone.BAD)]
)
def test_a_decided_proposal_has_the_tone_of_its_outcome(votes: tuple[str, ...], tone: Tone) -> None:
    with House(homes={"matrix": "alpha"}) as house:
        for who in BAKERY:
            house.say(who, "!me")
        house.say("anna", "!propose Buy a mixer --method consensus")
        for who, vote in zip(("bo", "cem"), votes, strict=True):
            house.say(who, f"!vote P1 {vote}")
        edits = [row for row in house.later(days=30).rows if row.reply.kind is Kind.EDIT]

    assert [row.reply.tone for row in edits] == [tone]


def test_a_need_that_is_done_has_the_tone_of_what_came_about() -> None:
    with House(homes={"matrix": "alpha"}) as house:
        for who in BAKERY:
            house.say(who, "!me")
        house.say("bo", "!need sweep the yard 1h")
        told = [*house.say("anna", "!take N1").rows, *house.say("anna", "!done N1").rows]

    edits = [row for row in told if row.reply.kind is Kind.EDIT and row.reply.ref == "N1"]
    assert [row.reply.tone for row in edits] == [Tone.OPEN, Tone.GOOD]


def test_the_greeting_fits_a_phone_answers_nobody_and_prints_what_can_be_sent() -> None:
    with House(homes={}) as house:
        came = Incoming(
            "$join", Place("matrix", "!hall"), Actor("matrix", "@bo:x", "bo"), "", arrived=True
        )
        (row,) = house.hand_in([came])[0].rows

    (part,) = parts(row, "!hall", None)
    assert lines_of(part.content["body"]) <= 6
    assert "m.relates_to" not in part.content
    assert "!collective create NAME" in part.content["body"]
    assert "/" not in part.content["body"]


def test_the_help_of_every_word_is_one_screen() -> None:
    """What begins with it is told with its examples, in a line each, or by its names."""
    with House() as house:
        house.say("anna", "/me")
        told = {word: house.say("anna", f"/help {word}").text for word in sorted(FIRST_WORDS)}

    assert {word: text for word, text in told.items() if len(text.splitlines()) > 12} == {}
    for word, text in told.items():
        names = {
            name.removeprefix(f"{word} ") for name in FEATURES.commands if name.startswith(f"{word} ")
        }
        assert not {name for name in names if name not in text}, word


def test_the_help_of_what_is_no_command_tells_what_it_may_be_or_that_there_is_none() -> None:
    with House() as house:
        house.say("anna", "/me")
        assert house.say("anna", "/help hours of work").text.startswith("These commands may be")
        assert "There is no command /nosuch." in house.say("anna", "/help nosuch").text


def test_help_tells_only_what_who_asks_may_run() -> None:
    with House(homes={"matrix": "alpha"}) as house:
        for who in BAKERY:
            house.say(who, "!me")
        admin, member = (house.say(who, "!help rules").text for who in ("anna", "dora"))
        tasks = house.say("dora", "!help").text

    assert "(set, unset" in admin
    assert "(set, unset" not in member
    assert "!rules" in member
    assert "!member code" not in tasks


def test_help_tells_the_operator_all_that_they_may_run() -> None:
    with House() as house:
        house.say("anna", "/me")
        told = house.say("root", "/help all", operator=True).text
        tasks = house.say("root", "/help", operator=True).text

    assert "(set, unset" in told
    assert "/income" in told
    assert "/member code" in tasks


def test_what_about_names_for_everything_lists_everything() -> None:
    with House() as house:
        house.say("anna", "/me")
        told = house.say("anna", "/about").text
        line = re.search(r"(/help[a-z ]*) lists everything", told)
        assert line is not None
        listed = house.say("anna", line[1]).text

    named = {word for each in FEATURES.commands.values() for word in each.name.split()[:1]}
    assert [word for word in named - {"help"} if f"/{word}" not in listed] == []


@pytest.mark.parametrize("topic", ["money", "people", "rules", "all"])
def test_a_topic_of_help_is_told(topic: str) -> None:
    with House(homes={"matrix": "alpha"}) as house:
        house.say("anna", "!me")
        told = house.say("anna", f"!help {topic}")

    assert not told.refused
    assert "!help all" in told.text


MOST = {
    "log": 2,
    "proposal": 10,
    "proposal, voted on": 10,
    "poll": 6,
    "poll, voted on": 6,
    "secret poll": 8,
    "/help": 12,
    "digest": 15,
}
"""As many lines as each may ever take, whatever the table above says."""


@pytest.mark.parametrize("kind", MOST)
def test_no_message_outgrows_a_phone(day: dict[str, str], kind: str) -> None:
    assert lines_of(day[kind]) <= MOST[kind], day[kind]


def test_no_plain_body_needs_columns(day: dict[str, str]) -> None:
    assert [kind for kind, told in day.items() if "  " in told or "\u2007" in told] == []


def test_what_is_of_today_tells_no_date(day: dict[str, str]) -> None:
    assert day["log"] == "C1: anna, 3h #care, cleaned the kitchen"


def test_what_was_not_there_before_is_left_out(day: dict[str, str]) -> None:
    assert "In hand: 100.00 EUR\n" in day["digest"]


def asked_and_closed(*votes: str) -> list[tuple[str, str]]:
    """What the room is told of a poll, from its opening to its close, by kind."""
    with House(homes={"matrix": "alpha"}) as house:
        for who in BAKERY:
            house.say(who, "!me")
        told = list(house.say("anna", "!poll Which day? | Mon | Tue").rows)
        for who, vote in zip(BAKERY, votes, strict=False):
            told += house.say(who, f"!vote Q1 {vote}").rows
        told += house.say("anna", "!close Q1").rows
        told += house.say("anna", "!reopen Q1").rows
    whole = [replace(row, reply=replace(row.reply, kind=Kind.REPLY, private=False)) for row in told]
    return [
        (row.reply.kind.value, body(shown))
        for row, shown in zip(told, whole, strict=True)
        if not row.person
    ]


SEAL = re.compile(r"\b[0-9a-f]{64}\b")
SEED = re.compile(r"\b[0-9a-f]{32}\b")


def test_the_draw_is_sealed_whole_in_a_message_of_its_own_and_on_no_card() -> None:
    told = asked_and_closed("1", "2")
    sealed = [(kind, words) for kind, words in told if SEAL.search(words)]

    # When it opens, and when it is opened again.
    assert [kind for kind, _ in sealed] == ["reply", "reply"]
    assert sealed[0][1].startswith("The draw of Q1 is sealed as ")
    assert len({match[0] for _, words in sealed for match in SEAL.finditer(words)}) == 2


@pytest.mark.parametrize(("votes", "drawn"), [(("1", "2"), True), (("1", "1"), False)])
def test_the_seed_is_told_only_where_the_draw_decided(votes: tuple[str, ...], drawn: bool) -> None:
    told = [kind for kind, words in asked_and_closed(*votes) if SEED.search(words)]

    assert told == (["result"] if drawn else [])


def test_a_closed_poll_is_told_once_with_its_picture() -> None:
    told = [kind for kind, words in asked_and_closed("1", "1") if "Mon. 2 of 4" in words]
    pictures = [kind for kind, _ in asked_and_closed("1", "1") if kind == "picture"]

    assert told == ["result", "edit"]
    assert pictures == ["picture"]


def test_a_need_says_once_how_it_is_taken() -> None:
    with House(homes={"matrix": "alpha"}) as house:
        house.say("anna", "!me")
        card = next(r for r in house.say("anna", "!need sweep the yard 1h").rows if r.reply.ref)

    assert body(card).count("take N1") == 1
    assert "/take N1 takes it" in render(card.reply.whole, reader("en", "UTC"))


@pytest.mark.parametrize(("count", "named"), [(1, True), (3, True), (4, False)])
def test_who_lacks_a_role_hears_who_gives_it(count: int, named: bool) -> None:
    with House(homes={"matrix": "alpha"}) as house:
        for who in (*BAKERY, "eva"):
            house.say(who, "!me")
        for who in BAKERY[1:count]:
            house.say("anna", f"!role give @{who} admin")
        told = house.say("eva", "!role give @eva treasurer").text

    assert ("Admins here: anna" in told) is named
    assert ("An admin can give you that role." in told) is not named
