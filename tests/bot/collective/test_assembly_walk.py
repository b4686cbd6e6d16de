"""What meetings promise, sentence by sentence, and the tests that show it.

Whoever changes a promise changes its line here; a test that is named and not there is found. What is
promised and not there yet is named in `OPEN`, so that nobody takes it for kept.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house import COMMANDS
from tests.house.walks import is_there

ROOT = Path(__file__).parents[3]
HERE = "commands/meetings/"

WALK: dict[str, tuple[str, ...]] = {
    # --- Meetings
    "One meeting is open per room": ("test_meetings.py::test_two_who_open_at_once_open_one_meeting",),
    "A planned one is announced; its agenda is collected until then": (
        "test_plans.py::test_the_agenda_that_was_collected_stands_in_the_minutes",
        "test_plans.py::test_when_all_meet_elsewhere_those_in_the_first_room_learn_it",
    ),
    "It is reminded of": ("test_plans.py::test_the_room_is_reminded_a_day_before_and_when_it_begins",),
    "It appears in the calendar feed": (
        "test_plans.py::test_calendars_have_it_moved_it_and_say_that_it_is_off",
    ),
    "It comes again, for a circle too": (
        "test_plans.py::test_a_series_goes_on_by_the_local_clock_opened_or_not",
        "test_plans.py::test_of_a_circle_its_people_plan_and_open",
    ),
    "A rule says who may": ("test_plans.py::test_a_rule_says_who_plans",),
    "Who opens it is facilitator until the duty is given": (
        "test_meetings.py::test_who_facilitates_leads_and_the_duty_is_free_when_they_have_left",
        "test_meetings.py::test_nobody_takes_a_duty_from_whoever_is_there_and_none_gives_a_free_one_to_others",
    ),
    "It is closed, or put off to another time": (
        "test_plans.py::test_only_whoever_leads_adjourns_and_not_amid_a_decision",
        "test_meetings.py::test_an_idle_meeting_is_closed_by_the_rule_with_its_minutes",
    ),
    "Members are there, people entered by name, and guests who are counted and cannot vote": (
        "test_meetings.py::test_guests_and_whom_others_enter_are_told_to_the_room",
        "test_hands.py::test_what_cannot_be_counted_is_refused",
    ),
    "Somebody who proposes steps down as facilitator: a warning, by rule a refusal": (
        "test_calls.py::test_whoever_facilitates_and_proposes_is_warned_or_by_the_rule_refused",
    ),
    "A facilitator who is silent is followed": (
        "test_calls.py::test_a_facilitator_who_is_silent_can_be_followed",
    ),
    # --- The agenda
    "A point has a time, a type and a proposal; it is moved and dropped": (
        "test_steps.py::test_a_point_says_what_it_is_for_and_what_it_is_about",
        "test_meetings.py::test_whoever_belongs_orders_the_agenda_and_the_room_sees_who",
    ),
    "The next item, or the next step of a decision": (
        "test_steps.py::test_a_decision_goes_through_its_steps_and_each_says_what_is_asked_for_now",
    ),
    "An item with a time box is told at two minutes left and at the end": (
        "test_meetings.py::test_of_a_time_that_short_nobody_says_that_two_minutes_are_left",
        "transcripts/meeting_refusals.transcript",
    ),
    # --- Speaking
    "The list of speakers: question, info, direct, process": (
        "test_speakers.py::test_what_jumps_the_list_is_everybodys_once_at_each_point",
        "bot/collective/test_speaking.py::test_a_class_is_never_overtaken_by_a_lower_one",
    ),
    "The list keeper calls the next": (
        "test_meetings.py::test_whoever_keeps_the_list_leads_the_list_and_nothing_else",
    ),
    "Quiet first: who spoke less in this item comes first, and nobody waits for ever": (
        "test_speakers.py::test_who_spoke_less_is_counted_anew_at_each_point",
        "bot/collective/test_speaking.py::test_nobody_waits_for_ever_while_all_others_come_again_at_once",
    ),
    "Progressive: never shown, inferred or exported": (
        "test_priority.py::test_two_meetings_that_differ_only_in_who_wants_it_and_never_speaks_are_the_same_bytes",
        "test_priority.py::test_its_words_are_kept_nowhere_and_no_entry_is_written",
        "test_priority.py::test_no_copy_of_the_database_has_it_and_no_file_of_it_the_words",
    ),
    "Points of process pause the list": (
        "test_rounds.py::test_a_point_of_process_stops_a_round_and_takes_nobody_s_turn",
    ),
    "The live card shows who speaks, who is next, the item, and the time left": (
        "transcripts/weekly_meeting.transcript",
        "test_steps.py::test_the_card_says_where_it_stands_also_after_a_restart",
    ),
    "Hand signals, and a temperature check": (
        "test_meetings.py::test_what_one_person_signals_by_two_accounts_counts_once",
        "test_speakers.py::test_what_somebody_needs_is_told_to_whoever_facilitates_and_else_to_all",
        "test_speakers.py::test_how_one_feels_is_taken_back_or_only_if_one_still_shows_it",
        "adapters/matrix/test_meetings.py::test_a_sign_is_taken_back_through_a_restart_and_what_was_pressed_or_typed_since_stands",
    ),
    "A round: each speaks once, drawn starter, direction alternates": (
        "test_rounds.py::test_everybody_who_is_there_speaks_once_in_the_order_that_was_drawn",
        "test_rounds.py::test_the_next_round_goes_the_other_way",
    ),
    "The words of other networks are understood, and nothing else is recorded": (
        "test_words.py::test_words_are_read_with_what_stands_behind_them",
        "test_words.py::test_mere_talk_while_people_meet_is_written_nowhere",
        "test_words.py::test_without_a_meeting_or_by_the_rule_they_are_talk",
    ),
    # --- Deciding
    "Each step says in one line what is asked for now; the call can come at any": (
        "test_steps.py::test_a_decision_goes_through_its_steps_and_each_says_what_is_asked_for_now",
        "test_steps.py::test_the_call_can_come_at_any_step",
    ),
    "The electorate is who is present, frozen at the call; who comes later cannot vote on it": (
        "test_calls.py::test_who_comes_later_is_not_asked_and_who_leaves_still_is",
    ),
    "The shortest time does not apply; the facilitator ends it": (
        "test_calls.py::test_nobody_is_counted_out_who_had_no_time_to_answer",
    ),
    "It ends when everybody present has answered": (
        "test_calls.py::test_it_ends_when_all_who_are_there_have_answered",
    ),
    "Ballots are typed, pressed or entered by hands, with a witness": (
        "test_hands.py::test_hands_count_once_the_witness_confirms_and_not_before",
        "test_hands.py::test_the_witness_learns_it_where_they_can_press",
    ),
    "It is an ordinary proposal with an ordinary outcome, log, why and effects": (
        "test_effects.py::test_whatever_a_proposal_carries_out_a_call_does",
        "test_effects.py::test_a_draft_is_called_whole",
        "test_effects.py::test_a_second_pair_of_eyes_is_asked_as_after_any_proposal",
        "test_effects.py::test_another_method_than_the_rules_name_carries_nothing",
        "transcripts/money_at_a_meeting.transcript",
    ),
    "Blocks are heard: reason, one more round, then the fallback, or it is tabled": (
        "test_steps.py::test_a_block_is_heard_before_it_ends",
        "test_steps.py::test_where_it_goes_on_it_goes_on_after_the_block_was_heard",
        "test_bad_input.py::test_it_is_said_in_words_with_a_line_that_works_and_nothing_is_lost",
    ),
    "Tabled items come first at the next meeting by themselves": (
        "test_meetings.py::test_what_was_tabled_comes_before_what_was_not_reached",
        "test_steps.py::test_what_is_left_is_a_decision_still_at_the_next_meeting",
    ),
    "Without its quorum a meeting goes on as a discussion, and decisions are tabled": (
        "test_calls.py::test_whom_others_entered_makes_no_quorum",
        "test_calls.py::test_a_share_of_all_can_be_the_quorum",
        "transcripts/general_assembly.transcript",
    ),
    "Before the call of a spending effect the balance of treasury and funds is stated": (
        "test_effects.py::test_a_payment_is_made_when_all_who_are_there_agree",
    ),
    "The most of it that one meeting may decide to spend": (
        "test_effects.py::test_a_meeting_spends_no_more_than_its_part",
        "test_effects.py::test_an_assembly_spends_up_to_a_fifth",
        "test_effects.py::test_no_meeting_lifts_its_own_bound",
        "test_effects.py::test_what_could_not_be_carried_out_is_not_asked",
    ),
    # --- A spokes council
    "Each circle sends a spoke, one ballot a circle": (
        "test_spokes.py::test_each_circle_has_one_vote_whoever_else_is_there",
        "test_spokes.py::test_a_circle_sends_another_also_while_it_is_asked_and_what_was_said_falls",
        "transcripts/spokes_council.transcript",
    ),
    "With a free text for its minority's view": ("transcripts/spokes_council.transcript",),
    "The same spoke twice running is warned about": (
        "test_spokes.py::test_the_same_spoke_twice_running_is_warned_about_and_may_speak",
    ),
    # --- Minutes
    "Notes, agreements, and actions, which are needs that are taken": (
        "test_meetings.py::test_an_action_is_taken_for_others_only_where_the_rule_lets",
    ),
    "Minutes tell date, place, duties, and that nobody took minutes": (
        "transcripts/general_assembly.transcript",
    ),
    "Who was present, names by the rule": (
        "test_composing.py::test_the_file_names_nobody_where_the_rule_says_so",
    ),
    "Decisions with tallies, blocks, stand-asides and reasons": (
        "transcripts/general_assembly.transcript",
        "test_hands.py::test_why_and_minutes_say_who_counted_who_confirmed_and_why_it_was_stopped",
        "test_decided.py::test_a_block_that_was_taken_back_is_told_with_its_reason",
    ),
    "Speaking by turns, in numbers and not by names": (
        "test_speakers.py::test_turns_in_the_minutes_are_those_of_people",
    ),
    "The journal's head": (
        "test_composing.py::test_the_file_tells_where_the_journal_was_when_the_meeting_closed",
    ),
    "A draft is posted at the close, and the next digest tells of it": (
        "test_composing.py::test_a_digest_tells_of_minutes_that_stand_in_the_days_of_the_meeting_alone",
    ),
    "Corrections until approved by the next meeting, or after so much silence": (
        "test_composing.py::test_the_next_meeting_approves_the_minutes_and_they_stand",
        "test_composing.py::test_each_correction_gives_the_others_as_long_again",
        "test_composing.py::test_nobody_approves_what_nobody_could_read_yet",
    ),
    "As Markdown, and as a page": (
        "test_composing.py::test_the_file_has_a_heading_for_the_meeting_and_each_point_and_no_other",
        "adapters/web/test_pages.py::test_a_meeting_is_headed_by_what_it_is_called",
    ),
    "In a physical room one person enters it for others, on the record as by whom": (
        "transcripts/meeting_in_a_room.transcript",
        "transcripts/show_of_hands.transcript",
    ),
}
"""Each promise, and the tests that show it: below `tests/commands/meetings`, or below `tests`."""

OPEN: dict[str, str] = {}
"""What is promised and not there yet, and why."""


@pytest.mark.parametrize("promise", WALK)
def test_every_promise_names_tests_that_are_there(promise: str) -> None:
    assert WALK[promise]
    assert [named for named in WALK[promise] if not is_there(named, HERE)] == []


def test_every_command_of_meetings_is_played_by_some_transcript() -> None:
    """So that nothing of a meeting is only promised: each is typed in some transcript, in some form."""
    played = "\n".join(
        path.read_text("utf-8") for path in (ROOT / "tests" / "transcripts").glob("*.transcript")
    )
    short = {
        "meeting add": r"(meeting|agenda) add",
        "meeting agenda": r"(meeting )?agenda",
        "meeting move": r"(meeting|agenda) move",
        "meeting drop": r"(meeting|agenda) drop",
        "meeting unstack": r"(meeting unstack|stack leave)",
        "hands count": r"hands (count )?P1",
    }
    missing = [
        name
        for name in COMMANDS
        if name.split()[0] in {"meeting", "hands", "minutes", "go-round", "pass"}
        and not re.search(
            rf"^\w+: [/!]?{short.get(name) or name.replace('meeting ', '(meeting )?')}\b",
            played,
            re.MULTILINE,
        )
    ]
    assert missing == []
