"""What money promises, sentence by sentence, and the tests that show it.

Whoever changes a promise changes its line here; a test that is named and not there is found. What is
promised and not there yet is named in `OPEN`, so that nobody takes it for kept.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house import COMMANDS, cooperative
from tests.house.walks import is_there

ROOT = Path(__file__).parents[3]
HERE = "commands/ledger/"
ROUNDS = "commands/funding/"

WALK: dict[str, tuple[str, ...]] = {
    # --- Who is owed what
    "What is held for whom, oldest first, with a total that equals the ledger": (
        "test_payouts.py::test_what_is_owed_is_together_what_the_ledger_holds",
        "test_payouts.py::test_what_is_paid_is_the_oldest_and_what_is_left_is_owed_since_its_day",
    ),
    "Also for nobody reachable: forgotten and left members": (
        "test_payouts.py::test_who_left_and_who_was_forgotten_are_still_owed",
    ),
    "A run is previewed and carried out with the second pair of eyes the rules ask for": (
        "transcripts/payouts.transcript",
        "test_payouts.py::test_much_together_waits_for_a_second_person_though_each_is_little",
        "test_payouts.py::test_what_is_told_of_a_run_is_what_moves_by_it",
    ),
    "A member asks for a payout": (
        "test_payrequest.py::test_a_treasurer_answers_and_nobody_else",
        "test_payouts.py::test_who_asks_for_more_than_is_held_or_for_it_twice_is_told",
    ),
    "The file is pain.001 where members stored an IBAN, else a table": (
        "bot/books/test_sepa.py::test_every_file_holds_to_the_schema_and_adds_up",
        "bot/books/test_sepa.py::test_the_schema_refuses_what_is_wrong",
        "test_bankfiles.py::test_the_file_is_the_run_and_goes_to_the_treasurer_alone",
        "test_bankfiles.py::test_other_currencies_and_no_account_of_ones_own_make_a_table",
    ),
    "An IBAN is sealed and erasable": (
        "test_bankfiles.py::test_no_number_is_in_the_journal_an_export_or_what_is_given_to_its_owner",
        "test_bankfiles.py::test_what_is_replaced_taken_back_or_forgotten_is_gone_from_the_file",
    ),
    "Never more than the cash in hand": (
        "test_payouts.py::test_a_run_is_never_more_than_the_cash_in_hand_or_than_may_leave",
        "bot/collective/test_money_walk.py::test_no_sequence_loses_money_or_puts_it_out_of_reach",
    ),
    # --- Period report
    "Opening + movements = closing, for each unit, account and month, whatever is undone": (
        "test_report.py::test_opening_and_movements_make_the_closing_of_every_time",
        "test_report.py::test_every_account_opens_where_it_closed_the_month_before",
        "test_report.py::test_what_was_undone_stands_in_the_month_of_its_undoing",
    ),
    "Each export closes each month with the report, read by the real tools": (
        "test_report.py::test_the_real_tools_close_each_month_with_the_report",
        "bot/books/test_year.py::test_hledger_reports_the_same_months",
        "bot/books/test_year.py::test_beancount_reports_the_same_months",
        "bot/books/test_year.py::test_valueflows_tells_the_same_months",
        "bot/books/test_year.py::test_an_export_of_a_month_is_what_counts_for_it",
    ),
    "The same on the web, as CSV and for hledger": (
        "adapters/web/test_journals.py",
        "adapters/web/test_accounts.py::test_each_account_adds_up",
        "adapters/web/test_accounts.py::test_the_months_together_are_the_balances",
    ),
    "A statement opens and closes with the balance of its period": (
        "bot/books/test_year.py::test_a_statement_opens_and_closes_with_the_books",
    ),
    # --- Undoing
    "A movement of its own, dated today, in the digest of the day it is made": (
        "transcripts/undoing.transcript",
        "test_report.py::test_what_was_undone_stands_in_the_month_of_its_undoing",
    ),
    "With the guards of the same movement in the other direction": (
        "bot/collective/test_moneyguards.py::test_what_leaves_by_undoing_is_counted_in_the_limit",
        "bot/collective/test_moneyguards.py::test_what_goes_back_outside_by_undoing_is_in_the_sum",
        "bot/collective/test_treasury.py::test_a_transfer_is_undone_once_and_only_while_the_money_is_there",
    ),
    "A closed period is corrected by an entry of today that names it": (
        "transcripts/closed_books.transcript",
    ),
    # --- Dues
    "A sliding scale is chosen in private; exemptions without reasons shown": (
        "test_dues.py::test_the_room_is_told_no_names_steps_or_exemptions",
        "test_dues.py::test_another_step_holds_from_then_on_and_one_that_is_none_any_more_does_not",
    ),
    "Who is behind is told to them and to treasurers, never to the room": (
        "transcripts/dues.transcript",
        "test_dues.py::test_the_room_is_told_no_names_steps_or_exemptions",
    ),
    "What is paid is income, settles what is owed, and is undone": (
        "test_dues.py::test_what_is_paid_is_income_settles_what_is_owed_and_is_undone_like_others",
    ),
    # --- Recurring entries
    "Proposed by the clock, carried out by one press of a treasurer": (
        "test_recurring.py::test_it_waits_on_a_card_and_one_press_of_a_treasurer_carries_it_out",
        "test_recurring.py::test_it_comes_once_for_each_day_whatever_is_restarted_ticked_or_changed",
    ),
    "Or by itself where the rule says so": (
        "test_recurring.py::test_by_itself_where_the_rule_says_so_and_nothing_asks_for_a_second_person",
        "test_recurring.py::test_by_itself_it_passes_every_guard_or_waits_and_says_why",
    ),
    # --- Invoices
    "An income settles it in part or whole": (
        "test_invoices.py::test_it_is_settled_in_parts_and_whole_and_is_the_same_after_a_restart",
        "test_invoices.py::test_an_income_that_is_undone_opens_it_again_also_when_that_waited",
    ),
    "Overdue ones are in the coordinators' digest": (
        "test_invoices.py::test_overdue_ones_are_told_to_coordinators_without_a_name",
        "test_invoices.py::test_the_day_that_it_is_due_is_not_overdue",
    ),
    # --- Budgets
    "By proposal or admin": (
        "test_budgets.py::test_who_is_no_admin_makes_no_budget_and_all_may_decide_one",
    ),
    "Expenses count against it by circle and kind; a card with spent, asked, left": (
        "test_budgets.py::test_an_expense_counts_by_its_currency_kind_and_circle",
        "test_budgets.py::test_its_card_changes_with_every_expense_that_counts_against_it",
    ),
    "Told at 80 % and 100 %": ("test_budgets.py::test_80_and_100_percent_are_told_once_to_the_cent",),
    "Over it needs a proposal": (
        "test_budgets.py::test_to_the_cent_what_is_left_may_be_asked_for_and_one_cent_more_takes_a_decision",
        "test_budgets.py::test_a_bill_over_it_is_proposed_and_then_passes_every_other_guard",
    ),
    # --- Funding rounds: each of Cobudget's rules
    "Reached maximum = funded": (
        f"{ROUNDS}test_backing.py::test_reaching_max_goal_is_funded_automatically",
    ),
    "Minimum reached at the close = funded": (
        f"{ROUNDS}test_backing.py::test_min_goal_reached_at_the_close_is_funded",
    ),
    "Else back to the givers; what is left returns to the treasury": (
        f"{ROUNDS}test_backing.py::test_below_the_min_goal_money_returns_to_the_givers_and_the_rest_to_the_treasury",
        f"{ROUNDS}test_closing.py::test_given_and_left_are_the_pot_and_a_round_that_ended_leaves_no_cent",
    ),
    "Refused unless amount > 0, open, in the round, approved, within goal, cap and allocation": (
        f"{ROUNDS}test_backing.py::test_amount_is_more_than_nothing",
        f"{ROUNDS}test_backing.py::test_round_is_open",
        f"{ROUNDS}test_backing.py::test_bucket_is_in_the_round",
        f"{ROUNDS}test_backing.py::test_require_approval_and_a_change_clears_it",
        f"{ROUNDS}test_backing.py::test_total_within_the_max_goal",
        f"{ROUNDS}test_backing.py::test_max_amount_to_bucket_per_user",
        f"{ROUNDS}test_backing.py::test_own_spent_within_the_own_allocation",
    ),
    "Accepted early at the minimum; cancelled, money returns to givers": (
        f"{ROUNDS}test_backing.py::test_accept_early_at_the_min_goal_by_cocreator_or_moderator_and_no_sooner",
        f"{ROUNDS}test_backing.py::test_cancel_deletes_all_contributions_so_money_returns_to_givers",
    ),
    # --- Shared expense
    "Equally, or in parts, to the last cent": (
        "test_settleup.py::test_no_cent_is_lost_whoever_pays_and_whoever_bears",
    ),
    "Nobody owes a part that they did not agree to": (
        "test_sharedparts.py::test_nobody_owes_what_they_did_not_agree_to",
        "test_sharedparts.py::test_nobody_answers_in_another_s_place",
    ),
    "Who has not answered is reminded once, and never of what is over": (
        "test_partsclock.py::test_after_three_days_whoever_has_not_answered_is_reminded_once",
        "test_partsclock.py::test_of_what_is_answered_or_taken_back_nobody_is",
    ),
    "Settled between members in the ledger": (
        "test_settleup.py::test_nobody_but_who_got_it_confirms_a_payment",
        "test_settleup.py::test_nothing_of_it_is_the_collective_s_cash",
        "test_report.py::test_what_members_owe_one_another_is_told_a_line_each",
    ),
    "The fewest payments, checked against brute force up to six people": (
        "bot/value/test_settlement.py::test_up_to_six_people_make_no_more_payments_than_trying_all_finds",
    ),
    "What two make up moves nothing between others": (
        "test_sharedparts.py::test_two_who_agree_on_a_debt_move_nothing_between_others",
    ),
    # --- Several entries at once
    "Lines of one message, all or nothing, each refusal at its line": (
        "bot/phrasing/test_several.py::test_where_one_line_is_refused_nothing_is_written",
        "bot/phrasing/test_several.py::test_a_line_among_entries_that_is_none_is_refused_at_its_number",
    ),
    # --- Guards by default
    "A new collective has limits for every currency, also those not named": (
        "bot/collective/test_moneyguards.py::test_out_of_the_box_every_currency_has_limits",
        "bot/collective/test_moneyguards.py::test_a_limit_binds_every_currency",
    ),
    "A treasurer never pays herself alone": (
        "test_payouts.py::test_a_treasurer_never_pays_herself_alone",
        "test_dues.py::test_a_treasurer_does_not_enter_her_own_dues_alone",
        "bot/collective/test_moneyguards.py::test_a_treasurer_does_not_share_out_to_themselves",
    ),
    "Money typed in private is told in the home room": (
        "test_invoices.py::test_what_is_typed_in_private_is_told_in_the_room",
        "test_recurring.py::test_in_private_it_is_told_in_the_room_and_comes_there",
        "test_budgets.py::test_what_is_entered_in_private_is_told_at_home_once",
        f"{ROUNDS}test_opening.py::test_in_private_it_is_told_in_the_room",
        "transcripts/shared_expenses.transcript",
    ),
    "The same income or receipt twice is asked about": (
        "transcripts/money_twice.transcript",
        "test_invoices.py::test_the_same_one_on_the_same_day_is_asked_about",
        "test_dues.py::test_the_same_twice_is_asked_about_and_of_two_people_is_not",
    ),
    # --- Bad input
    "Two payout runs at once": ("test_payouts.py::test_two_runs_at_once_pay_once",),
    "A payout of more than the cash": (
        "test_payouts.py::test_a_run_is_never_more_than_the_cash_in_hand_or_than_may_leave",
        "bot/collective/test_bank.py::test_two_programs_never_pass_a_limit_together",
    ),
    "A forgotten member's balance": (
        "test_payouts.py::test_who_left_and_who_was_forgotten_are_still_owed",
        "bot/collective/test_money_walk.py::test_no_sequence_loses_money_or_puts_it_out_of_reach",
    ),
    "A round whose backers leave": (
        f"{ROUNDS}test_backing.py::test_what_who_leaves_gave_returns_and_what_is_funded_stays",
        "bot/collective/test_money_promises.py::test_a_round_whose_backers_all_leave_loses_nothing",
    ),
    "A budget in a currency without treasury": (
        "bot/collective/test_money_promises.py::test_a_budget_in_a_currency_of_which_there_is_nothing",
    ),
    "Dues of someone exempt": (
        "test_dues.py::test_what_is_wrong_is_refused_and_changes_nothing",
        "bot/collective/test_money_promises.py::test_dues_of_somebody_exempt_are_refused_with_a_line_that_works",
    ),
    "An invoice paid twice or in another currency": (
        "test_invoices.py::test_it_is_not_paid_twice",
        "test_invoices.py::test_what_does_not_fit_is_refused_in_words",
    ),
    "An IBAN with a wrong check digit": (
        "test_bankfiles.py::test_a_number_that_is_none_is_refused_and_not_repeated",
        "bot/collective/test_money_promises.py::test_every_wrong_check_digit_of_an_iban_is_refused",
    ),
    # --- Decided by all
    "Each by a proposal's effect where money is decided": (
        "bot/collective/test_money_promises.py::test_what_decides_on_money_may_be_decided_by_all",
        "test_invoices.py::test_members_decide_on_an_invoice_and_on_what_pays_of_it",
        "test_recurring.py::test_what_all_decided_recurs_and_still_takes_a_treasurer_s_press",
        "test_dues.py::test_the_members_decide_dues",
        f"{ROUNDS}test_opening.py::test_what_the_members_decide_needs_nobody_else_and_only_they_cancel_it",
        "test_payouts.py::test_all_may_decide_a_run",
    ),
    # --- Receipts
    "A picture or PDF sent with an expense is kept beside the database": (
        "test_slips.py::test_it_comes_with_an_expense_and_is_shown_to_its_member_in_private",
        "adapters/discord/test_slips.py::test_it_is_an_option_of_the_expense_and_shown_to_its_member_alone",
        "adapters/matrix/test_slips.py::test_a_picture_with_the_line_as_its_caption_is_kept_and_shown_in_private",
        "adapters/cli/test_slips.py::test_a_backup_has_them_and_a_restore_puts_them_back",
    ),
    "The journal holds its hash, behind a commitment": (
        "test_slips.py::test_the_journal_holds_only_a_commitment",
        "test_slips.py::test_a_file_that_was_changed_or_is_gone_is_not_shown",
    ),
    "It is shown to whom it may be, and goes with whoever it is about": (
        "test_slips.py::test_who_may_see_one",
        "test_slips.py::test_of_what_members_share_those_see_it_who_bear_it",
        "test_slips.py::test_it_goes_with_whoever_it_is_about",
    ),
    "Which receipts there are stands in each export, read by the real tools": (
        "bot/books/test_slips_read.py::test_hledger_reads_which_receipts_there_are",
        "bot/books/test_slips_read.py::test_beancount_reads_which_receipts_there_are",
    ),
    "The same receipt twice is asked about": ("test_slips.py::test_the_same_again_is_asked_about",),
    "A receipt of 50 MB or a disguised program is refused in words": (
        "test_slips.py::test_one_that_is_too_large_or_gone_is_refused",
        "test_slips.py::test_what_is_none_is_refused_in_words_and_nothing_is_entered",
        "adapters/discord/test_slips.py::test_one_that_is_too_large_is_refused_before_it_is_fetched",
        "adapters/matrix/test_slips.py::test_one_that_is_too_large_is_not_asked_for",
    ),
}

OPEN: dict[str, str] = {}
"""What is promised and not there yet."""


@pytest.mark.parametrize("promise", WALK)
def test_every_promise_names_tests_that_are_there(promise: str) -> None:
    assert WALK[promise]
    assert [named for named in WALK[promise] if not is_there(named, HERE)] == []


MONEY = (
    "income", "expense", "pay", "payout", "payout all", "fund create", "fund add", "fund release",
    "invoice", "invoice paid", "recurring", "recurring change", "recurring pause", "recurring resume",
    "budget create", "budget change", "budget end", "dues set", "dues end", "dues paid", "funding open",
    "funding cancel", "reverse", "member settle",
)  # fmt: skip
"""What moves money, binds it, or says what is expected."""


@pytest.mark.parametrize("name", MONEY)
def test_what_decides_on_money_may_be_decided_by_all(name: str) -> None:
    assert COMMANDS[name].effect is not None


def test_an_exemption_is_decided_by_a_treasurer_for_a_proposal_would_name_whom_it_is_for() -> None:
    """Whoever owes no dues is named in no room, and so in no proposal."""
    assert COMMANDS["dues exempt"].effect is None
    it = cooperative("bo", "cem")
    it.say("ann", "/dues set 10 EUR monthly")
    refused = it.say("ann", '/propose Bo owes none --do "dues exempt @bo"')
    assert refused.error
    assert it.state().dues.exempt == {}


def test_a_budget_in_a_currency_of_which_there_is_nothing() -> None:
    """It is refused in words; one of which all is spent by now guards on, and pays nothing out."""
    it = cooperative("bo", "cem", rules=("expenses anyone", "second-eyes none"))
    it.say("ann", "/income 100 EUR a gift")
    before = it.tables()
    refused = it.say("ann", "/budget create travel 50 CHF --per quarter")
    assert refused.error == "no-treasury"
    assert it.tables() == before

    it.say("ann", "/income 5 CHF a gift")
    assert it.say("ann", "/budget create travel 50 CHF --per quarter").error == ""
    assert it.say("ann", "/expense 5 CHF a bus --paid treasury").error == ""
    ref = it.say("bo", "/expense 20 CHF a train").rows[0].reply.ref
    assert it.say("cem", f"/approve {ref}").error == "not-enough"
    assert it.say("bo", "/treasury").facts["in-hand"] == {"CHF": "0.00", "EUR": "100.00"}


def test_a_round_whose_backers_all_leave_loses_nothing() -> None:
    it = cooperative("bo", "cem", rules=("second-eyes none",))
    it.say("ann", "/income 300 EUR a gift")
    assert it.say("ann", "/funding open 200 EUR --each 60 EUR").error == ""
    it.say("bo", "/idea A bench --min 50 --max 120")
    for who in ("bo", "cem"):
        assert it.say(who, "/back K1 40 EUR").error == ""
    it.say("cem", "/idea A lamp --min 10 --max 20")
    assert it.say("bo", "/back K2 20 EUR").error == ""  # its most: it is funded at once
    for who in ("bo", "cem"):
        assert it.say(who, "/me leave yes", private=True).error == ""
    it.later(days=60)
    it.tick()
    facts = it.say("ann", "/treasury").facts
    assert facts["in-hand"] == {"EUR": "300.00"}
    assert facts["treasury"] == {"EUR": "280.00"}
    assert facts["funds"] == {"k2": {"EUR": "20.00"}}


def test_dues_of_somebody_exempt_are_refused_with_a_line_that_works() -> None:
    it = cooperative("bo", "cem")
    it.say("ann", "/dues set 10 EUR monthly")
    it.say("ann", "/dues exempt @bo")
    refused = it.say("ann", "/dues paid @bo 10 EUR")
    assert refused.error == "dues-exempt"
    (line,) = re.findall(r"/(income [^\n]+)", refused.text)
    assert it.say("ann", f"/{line}").error == ""


RIGHT = "DE89370400440532013000"


def test_every_wrong_check_digit_of_an_iban_is_refused() -> None:
    it = cooperative("bo")
    before = it.tables()
    for check in range(100):
        if check != 89:
            told = it.say("bo", f"/me iban DE{check:02}{RIGHT[4:]}", private=True)
            assert told.error == "iban-odd", check
    assert it.tables() == before
    assert it.say("bo", f"/me iban {RIGHT}", private=True).error == ""
