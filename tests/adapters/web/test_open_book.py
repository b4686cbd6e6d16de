"""What becomes public is said where it is typed; and which test shows what the open book promises.

The tables were written by hand, sentence by sentence: what pages promise, and what people of other open
books suffered from.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.adapters.web.mutants import MUTANTS
from tests.adapters.web.mutated import sources
from tests.adapters.web.reader import Library, open_book
from tests.house import House

ROOT = Path(__file__).parents[3]
WEB = "tests/adapters/web/"

PROMISES: dict[str, tuple[str, ...]] = {
    "one read-only site per collective, in the bot's own process": (
        "test_pages.test_every_page_is_shown_and_has_a_form_for_machines",
        "test_hostile.test_pages_can_only_be_read",
        "test_hostile.test_a_page_writes_nothing",
    ),
    "no scripts needed, none sent": ("test_hostile.test_every_answer_is_safe_to_show",),
    "also written as plain files": (
        "test_filed.test_the_files_tell_what_everybody_is_served",
        "test_filed.test_no_way_leads_nowhere_or_out_of_the_folder",
        "test_browser.test_the_book_as_files_is_read_from_the_disk",
    ),
    "rule web: off, link, public": (
        "test_readers.test_a_reader_without_permission_sees_nothing",
        "test_readers.test_a_guest_s_link_shows_what_is_for_everybody",
        "test_who_sees.test_each_page_tells_each_reader_what_the_table_says",
    ),
    "a secret link, and a new one voids it": (
        "test_readers.test_a_member_s_link_shows_what_members_see",
        "test_readers.test_a_link_that_was_voided_is_no_address",
        "test_readers.test_a_secret_is_kept_nowhere_and_repeated_on_no_page",
    ),
    "the console's own collective on loopback without asking": (
        "test_readers.test_who_sits_at_the_machine_sees_the_own_collective_without_asking",
        "test_readers.test_a_proxy_or_a_foreign_page_is_not_at_home",
    ),
    "rule web-names, and one's own name hidden": (
        "test_readers.test_names_are_shown_by_rule_in_every_form",
        "test_names.test_a_hidden_member_is_hidden_also_where_another_one_is_called_so",
        "test_guessing.test_a_hidden_name_stands_nowhere_whatever_is_called_so",
    ),
    "noindex unless public": ("test_readers.test_only_what_is_public_may_be_found_by_search",),
    "secret ballots, IBANs, receipts never appear": (
        "test_who_sees.test_who_chose_what_in_a_secret_poll_stands_nowhere",
        "test_ibans.test_no_page_and_no_form_tells_one_to_who_is_no_member",
        "test_receipts.test_no_page_and_no_form_tells_who_is_no_member",
    ),
    "contributions by kind, circle, month; filter and stable paging": (
        "test_pages.test_a_filter_is_its_address_and_its_sum_stands_beside_it",
        "test_pages.test_lists_go_on_by_an_address_that_stays",
    ),
    "ledger, accounts, period reports": (
        "test_accounts.test_each_account_adds_up",
        "test_accounts.test_the_page_has_the_same_figures_and_leads_to_each_account",
        "test_sharing.test_a_report_is_told_by_its_parts_and_its_figures_are_the_ledger_s",
    ),
    "distributions and the equation in plain words": (
        "test_sharing.test_a_distribution_is_explained_person_by_person",
        "test_sharing.test_how_it_is_shared_out_stands_in_plain_words",
    ),
    "own units' policy": ("test_sharing.test_a_unit_is_told_with_its_policy_and_its_report",),
    "partners and the loop as a picture of flows": (
        "test_sharing.test_a_partner_is_told_whole_and_a_private_pledge_to_members_alone",
        "test_layout.test_the_way_of_the_money_adds_up",
    ),
    "decisions, one with its whole why": (
        "test_pages.test_a_thing_is_shown_whole_with_why",
        "test_planned.test_a_decision_is_told_with_its_texts_its_votes_and_what_was_done",
    ),
    "polls with their working": (
        "test_pages.test_a_secret_poll_that_is_over_tells_what_chat_tells",
        "test_pages.test_what_a_page_shows_is_what_chat_says",
    ),
    "needs board and calendar": (
        "test_planned.test_the_board_tells_what_is_open_and_what_was",
        "test_calendars.test_three_parsers_of_others_read_what_stands_there",
    ),
    "meetings and minutes": ("test_pages.test_a_meeting_is_headed_by_what_it_is_called",),
    "rules in force with who changed what when": (
        "test_planned.test_rules_are_told_with_who_changed_what_when",
    ),
    "openness": ("test_openness.test_every_question_stands_there_with_what_shows_it",),
    "the journal, how to verify it, the bundle": (
        "test_bundled.test_a_member_downloads_it_and_checks_it_with_what_is_in_it",
        "test_signed.test_the_page_of_checks_tells_a_checkpoint_that_holds",
        "test_checkpoints.test_the_proof_between_any_two_checkpoints_holds",
    ),
    "machine forms beside each page": (
        "test_forms.test_every_form_is_there_and_the_page_leads_to_it",
        "test_journals.test_hledger_finds_what_the_accounts_tell",
        "test_journals.test_beancount_finds_what_the_accounts_tell",
    ),
    "?lang= and Accept-Language": (
        "test_pages.test_the_reader_s_language_is_the_address_s_then_the_browser_s",
    ),
    "ETag by journal head": (
        "test_pages.test_what_did_not_change_is_not_sent_again",
        "test_pages.test_what_was_erased_is_gone_at_once",
        "test_told.test_what_was_told_before_is_told_as_if_it_were_told_anew",
    ),
    "one stylesheet under 20 kB; light, dark, print, phone first": (
        "test_browser.test_the_stylesheet_is_small",
        "test_browser.test_on_paper_there_is_the_page_and_no_menu",
        "test_browser.test_the_menu_is_a_line_on_a_phone_and_stands_beside_the_page_on_a_desk",
    ),
    "no axe-core violations; valid HTML; under 100 kB; read in w3m": (
        "test_browser.test_every_page_is_fit_for_everybody_in_a_real_browser",
        "test_browser.test_every_page_is_valid_and_small",
        "test_browser.test_every_page_can_be_read_in_a_terminal",
    ),
    "behind a proxy by documentation": ("test_behind.test_the_book_is_shown_behind_a_web_server",),
    "limits on size, rate and length; a slow reader slows nobody": (
        "test_hostile.test_there_is_a_most_of_connections",
        "test_hostile.test_who_asks_and_never_reads_is_let_go",
        "test_crowd.test_very_many_slow_readers_hold_no_more_than_there_is_room_for",
    ),
    "a plain 404 that tells nothing": (
        "test_alike.test_what_is_hidden_is_answered_like_what_is_not_there",
        "test_alike.test_nobody_has_books_read_that_are_closed",
    ),
}
"""What the book promises, and the tests that show it."""

SUFFERED: dict[int, tuple[str, ...]] = {
    1: ("test_open_book.test_whoever_is_new_is_told_what_becomes_public",),
    2: ("test_readers.test_what_is_hidden_is_who_and_never_how_much",),
    3: (
        "test_readers.test_names_are_shown_by_rule_in_every_form",
        "test_who_sees.test_the_tables_have_every_page_and_every_form",
    ),
    4: ("test_planned.test_votes_that_are_hidden_are_told_after_the_close",),
    5: ("test_readers.test_what_members_alone_see_is_never_found_by_search",),
    6: (
        "test_readers.test_a_secret_is_kept_nowhere_and_repeated_on_no_page",
        "test_hostile.test_every_answer_is_safe_to_show",
    ),
    7: ("test_planned.test_a_decision_is_told_with_its_texts_its_votes_and_what_was_done",),
    8: ("test_readers.test_members_alone_see_who_is_a_member",),
    9: (
        "test_accounts.test_no_account_is_one_person_s",
        "test_readers.test_no_account_in_the_books_adds_up_whose_name_is_not_shown",
    ),
    10: ("test_pages.test_who_is_called_otherwise_is_so_in_the_past_too",),
    11: ("test_pages.test_what_binds_is_told_apart_from_what_does_not",),
    12: (
        "test_pages.test_lists_go_on_by_an_address_that_stays",
        "test_pages.test_no_entry_is_left_out_or_told_twice",
    ),
    13: ("test_pages.test_a_filter_is_its_address_and_its_sum_stands_beside_it",),
    14: ("test_pages.test_a_filter_is_its_address_and_its_sum_stands_beside_it",),
    15: ("test_accounts.test_the_months_together_are_the_balances",),
    16: (
        "test_pages.test_a_list_that_holds_only_what_is_not_listed_is_empty",
        "test_narrowed.test_so_much_is_read_for_a_page_of_movements_and_no_more",
    ),
    17: (
        "test_forms.test_the_table_is_what_the_page_shows_and_a_number_stays_one",
        "test_forms.test_a_table_tells_all_rows_and_no_page_of_them_twice",
    ),
    18: ("test_forms.test_the_table_is_what_the_page_shows_and_a_number_stays_one",),
    19: ("test_forms.test_a_feed_tells_what_changed_by_names_that_stay",),
    20: ("test_calendars.test_what_changes_keeps_its_name_and_its_sequence_rises",),
    21: ("test_browser.test_on_paper_there_is_the_page_and_no_menu",),
    22: ("test_browser.test_every_page_is_fit_for_everybody_in_a_real_browser",),
    23: ("test_browser.test_every_page_is_valid_and_small",),
    24: ("test_layout.test_no_line_ends_between_an_amount_and_its_unit",),
    25: ("test_planned.test_an_address_that_somebody_typed_leads_there_and_lends_nothing",),
}
"""The twenty-five points that people of other open books suffered from, by their numbers."""


BROKEN: dict[str, tuple[str, ...]] = {
    "one read-only site per collective, in the bot's own process": ("pages take more than questions",),
    "no scripts needed, none sent": ("scripts may run", "what was typed is markup"),
    "also written as plain files": ("files lead nowhere", "files of what is not for everybody"),
    "rule web: off, link, public": (
        "closed books are open",
        "a link opens books that are off",
        "a guest is a member",
        "everybody sees who is a member",
    ),
    "a secret link, and a new one voids it": (
        "an old link stays good",
        "who left keeps a link",
        "who left keeps a calendar",
        "the secret of a calendar opens all",
    ),
    "the console's own collective on loopback without asking": (
        "a foreign page is at home",
        "a web server is at home",
    ),
    "rule web-names, and one's own name hidden": (
        "everybody reads names",
        "a hidden name is shown",
        "the rule none is names",
        "figures tell names",
        "rows tell names",
        "names are found by searching",
    ),
    "noindex unless public": ("links are found by search engines", "pages say that they may be found"),
    "secret ballots, IBANs, receipts never appear": (
        "ballots are opened for a page",
        "numbers of accounts are told",
        "receipts are for everybody",
    ),
    "contributions by kind, circle, month; filter and stable paging": ("a row stands on two pages",),
    "the journal, how to verify it, the bundle": (
        "everybody has the bundle",
        "the journal tells who is a member",
    ),
    "machine forms beside each page": ("a text is a formula",),
    "?lang= and Accept-Language": (
        "the browser says the language",
        "a language that there is not is taken in silence",
        "the worst language comes first",
    ),
    "ETag by journal head": (
        "a page is never new",
        "a tag is of any reader",
        "a page is sent again",
        "a row outlives what happens to it",
        "a row outlives a name",
        "what stands around rows is never new",
    ),
    "limits on size, rate and length; a slow reader slows nobody": (
        "who does not read stays",
        "any number of connections",
        "any number waits",
        "a query of any length",
        "any number of fields",
        "bytes that are no text are read",
        "numbers of other scripts are read",
    ),
    "a plain 404 that tells nothing": (
        "strangers have closed books read",
        "a made-up link has books read",
        "drafts are for everybody",
        "the log has words",
    ),
}
"""What breaks a promise (`MUTANTS`); what the others promise is content, held to chat and figures."""


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_book(tmp_path) as it:
        yield it


def test_every_promise_has_its_tests() -> None:
    assert sorted(SUFFERED) == list(range(1, 26))
    for tests in (*PROMISES.values(), *SUFFERED.values()):
        for each in tests:
            file, _, name = each.partition(".")
            source = (ROOT / WEB / f"{file}.py").read_text()
            assert re.search(rf"^def {name}\(", source, re.MULTILINE), each


def test_every_guard_can_be_taken_out_and_is_seen_by_a_test_that_is_there() -> None:
    """That it is seen is tried by the next test; that there is something to take out by this one."""
    assert BROKEN.keys() <= PROMISES.keys()
    assert {name for names in BROKEN.values() for name in names} <= MUTANTS.keys()
    for name, mutant in MUTANTS.items():
        assert sources(mutant), name
        for each in mutant.seen_by:
            file, _, test = each.partition(".")
            source = (ROOT / WEB / f"{file}.py").read_text()
            assert re.search(rf"^def {test}\(", source, re.MULTILINE), (name, each)


@pytest.mark.exhaustive
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("name", MUTANTS)
def test_what_breaks_a_promise_is_seen(name: str) -> None:
    """The tests that are named for it fail, where the guard is taken out."""
    asked = [sys.executable, "-m", "tests.adapters.web.mutants", name]

    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, f"seen: {name}\n"), done.stderr


def test_whoever_is_new_is_told_what_becomes_public(tmp_path: Path) -> None:
    """With their first entry, and with the first thing of a new member; once, and by the rule `web`."""
    with open_book(tmp_path, rules={"welcome": True}) as it:
        told_what_is_public(it.house)


def told_what_is_public(house: House) -> None:
    told = "What you enter here is read, with your words"

    assert told not in house.say("ann", "/log 1h baked").text, "nobody sees the pages"
    house.say("ann", "/rules set web link")
    assert f"{told}, on pages for whoever has a link; /me privacy web tells more." in (
        house.say("bo", "/log 1h baked").text
    )
    assert told not in house.say("bo", "/log 2h swept").text, "once"
    house.say("ann", "/rules set web public")
    assert f"{told}, on pages for everybody; /me privacy web tells more." in (
        house.say("cy", "/me", private=True).text + house.say("cy", "/log 1h baked").text
    )


def test_where_there_are_no_pages_nothing_is_said_of_them() -> None:
    with House(rules={"welcome": True}) as house:
        house.say("ann", "/rules set web public")
        assert "pages" not in house.say("bo", "/log 1h baked").text


@pytest.mark.parametrize("line", ["/web", "/me privacy", "/me privacy web"])
def test_who_asks_is_told_what_the_pages_tell(library: Library, line: str) -> None:
    """What they tell stands beside who sees them and in whose names; nothing where nobody does."""
    told = "They tell what is entered, decided and paid: amounts, days, and your words."
    assert told not in library.house.say("ann", line, private=True).text
    for mode in ("link", "public"):
        library.house.say("ann", f"/rules set web {mode}")
        assert told in library.house.say("ann", line, private=True).text
