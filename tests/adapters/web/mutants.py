"""What keeps the promises of the open book, taken out piece by piece: each time a test must see it.

`python -m tests.adapters.web.mutants` tries all, or those that are named, and says which nobody saw.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

from tests.adapters.web.mutated import ROOT, WEB, Mutant, play

MUTANTS: dict[str, Mutant] = {
    "an idea's fund is told as it is typed": Mutant(
        (("commands/ledger/funds.py", "if not number or not found:", "if True:"),),
        ("test_idea_funds.test_a_fund_is_told_as_people_call_it",),
    ),
    "closed books are open": Mutant(
        (
            (
                WEB + "visiting.py",
                '    if mode == "off":\n        return None\n    if not address.secret:',
                "    if not address.secret:",
            ),
            (
                WEB + "book.py",
                '            if seen == "off" or (seen != "public" and not address.secret):',
                '            if seen == "never":',
            ),
            (
                WEB + "visiting.py",
                'return Visitor.OUTSIDE if mode == "public" else None',
                "return Visitor.OUTSIDE",
            ),
        ),
        (
            "test_alike.test_what_is_hidden_is_answered_like_what_is_not_there",
            "test_readers.test_a_reader_without_permission_sees_nothing",
        ),
    ),
    "a link opens books that are off": Mutant(
        (
            (
                WEB + "visiting.py",
                '    if mode == "off":\n        return None\n    if not address.secret:',
                "    if not address.secret:",
            ),
            (WEB + "book.py", '            if seen == "off" or (seen', "            if (seen"),
        ),
        (
            "test_readers.test_a_link_that_was_voided_is_no_address",
            "test_calendars.test_a_new_address_voids_the_one_before_and_void_the_last",
        ),
    ),
    "strangers have closed books read": Mutant(
        (
            (
                WEB + "book.py",
                '            if seen == "off" or (seen != "public" and not address.secret):',
                '            if seen == "never":',
            ),
        ),
        ("test_alike.test_nobody_has_books_read_that_are_closed",),
    ),
    "a made-up link has books read": Mutant(
        ((WEB + "book.py", "if not is_read and not is_good", "if False and not is_good"),),
        ("test_alike.test_a_link_that_nobody_was_given_has_no_book_read",),
    ),
    "a link that ended has books read": Mutant(
        (
            (
                WEB + "library.py",
                "return [it.seq for it in last] == [it.seq for it in made] != []",
                "return bool(made or last)",
            ),
        ),
        ("test_alike.test_a_link_that_is_good_no_more_has_no_book_read",),
    ),
    "less is asked for a link that nobody has": Mutant(
        (
            (
                WEB + "library.py",
                "    last = picture.about(collective, series, newest=1)\n",
                "    last = picture.about(collective, series, newest=1) if link else []\n",
            ),
        ),
        ("test_alike.test_a_link_that_is_good_no_more_has_no_book_read",),
    ),
    "books leave by their age alone": Mutant(
        ((WEB + "library.py", "used(collective, state.head.seq)", "used(collective, 0)"),),
        ("test_many_books.test_what_takes_long_to_read_again_stays_where_there_is_no_room_for_all",),
    ),
    "books of any size stay": Mutant(
        ((WEB + "library.py", "while self._size > self._most and", "while False and"),),
        ("test_many_books.test_what_takes_long_to_read_again_stays_where_there_is_no_room_for_all",),
    ),
    "twenty books stay": Mutant(
        (
            (
                WEB + "library.py",
                "while self._size > self._most and len(self._states) > 1:",
                "while len(self._states) > 20:",
            ),
        ),
        ("test_many_books.test_a_stranger_who_walks_over_many_books_has_each_read_once",),
    ),
    "names are those of the last book": Mutant(
        ((WEB + "book.py", "if len(self._names) > NAMES_MAX:", "if len(self._names) > 1:"),),
        ("test_many_books.test_names_are_looked_up_once_for_each_book",),
    ),
    "a guest is a member": Mutant(
        ((WEB + "visiting.py", "    if owner == GUEST:\n        return Visitor.OUTSIDE\n", ""),),
        ("test_readers.test_a_guest_s_link_shows_what_is_for_everybody",),
    ),
    "who left keeps a link": Mutant(
        (
            ("bot/collective/pages.py", "        every = tuple(numbers)\n", "        every = ()\n"),
            (
                WEB + "visiting.py",
                "return Visitor.MEMBER if state.members.member(owner).here else None",
                "return Visitor.MEMBER",
            ),
        ),
        (
            "test_readers.test_a_link_that_was_voided_is_no_address",
            "test_alike.test_what_is_hidden_is_answered_like_what_is_not_there",
        ),
    ),
    "an old link stays good": Mutant(
        (
            (
                "bot/collective/pages.py",
                "        self.links[event.member] = event.digest\n",
                "        self.links[-len(self.links)] = event.digest\n",
            ),
        ),
        ("test_readers.test_a_link_that_was_voided_is_no_address",),
    ),
    "the secret of a calendar opens all": Mutant(
        (
            (
                WEB + "visiting.py",
                "    if (address.page, address.form) != CALENDAR:\n        return 0\n",
                "",
            ),
        ),
        ("test_calendars.test_the_secret_of_a_calendar_opens_nothing_else",),
    ),
    "who left keeps a calendar": Mutant(
        (
            ("bot/collective/pages.py", "        every = tuple(numbers)\n", "        every = ()\n"),
            (
                WEB + "visiting.py",
                "return owner if owner is not None and state.members.member(owner).here else 0",
                "return owner if owner is not None else 0",
            ),
        ),
        ("test_calendars.test_whoever_leaves_has_no_calendar_any_more",),
    ),
    "everybody sees who is a member": Mutant(
        ((WEB + "look.py", "return not (page.inside and self.outside)", "return True"),),
        ("test_readers.test_members_alone_see_who_is_a_member",),
    ),
    "everybody has the bundle": Mutant(
        ((WEB + "look.py", "if not (form.inside and self.outside)", "if True"),),
        ("test_bundled.test_who_is_no_member_is_told_and_not_given_it",),
    ),
    "everybody reads names": Mutant(
        ((WEB + "book.py", "if outside else EVERYONE", "if False else EVERYONE"),),
        ("test_readers.test_names_are_shown_by_rule_in_every_form",),
    ),
    "a hidden name is shown": Mutant(
        (
            (
                WEB + "names.py",
                "        if state.pages.is_hidden(state.members.numbers(member.number)):",
                "        if False:",
            ),
        ),
        ("test_readers.test_names_are_shown_by_rule_in_every_form",),
    ),
    "the rule none is names": Mutant(
        (
            (
                WEB + "names.py",
                "    if mode != INITIALS:\n        return somebody",
                "    if mode != INITIALS:\n        return name",
            ),
        ),
        ("test_readers.test_names_are_shown_by_rule_in_every_form",),
    ),
    "figures tell names": Mutant(
        (
            (
                WEB + "look.py",
                "            facts=all_in(dict(shown.facts)),",
                "            facts=dict(shown.facts),",
            ),
        ),
        ("test_readers.test_names_are_shown_by_rule_in_every_form",),
    ),
    "rows tell names": Mutant(
        ((WEB + "listing.py", "render(look.named(cell), reader, html)", "render(cell, reader, html)"),),
        ("test_readers.test_names_are_shown_by_rule_in_every_form",),
    ),
    "names are found by searching": Mutant(
        (
            (
                WEB + "look.py",
                "return replace(want, kind=kind, circle=circle, account=account, told=told)",
                "return replace(want, told=str)",
            ),
        ),
        (
            "test_guessing.test_a_hidden_name_is_answered_like_one_that_nobody_has",
            "test_readers.test_nobody_finds_out_by_searching_what_is_not_shown",
        ),
    ),
    "numbers of accounts are told": Mutant(
        ((WEB + "names.py", "            text = without_ibans(text)", "            pass"),),
        (
            "test_ibans.test_no_page_and_no_form_tells_one_to_who_is_no_member",
            "test_names.test_an_option_that_is_the_number_of_an_account_is_not_told_in_figures_either",
        ),
    ),
    "a page is never new": Mutant(
        (
            (
                WEB + "book.py",
                "state.collective, state.head.text, look.at,",
                "state.collective, look.at,",
            ),
        ),
        (
            "test_pages.test_what_did_not_change_is_not_sent_again",
            "test_pages.test_what_was_erased_is_gone_at_once",
        ),
    ),
    "a tag is of any reader": Mutant(
        (
            (
                WEB + "book.py",
                "query_of(want), want.left_out, language, asked, who, own, bool(address.secret),",
                "query_of(want), want.left_out, language, asked,",
            ),
        ),
        ("test_readers.test_no_reader_has_another_one_s_tag",),
    ),
    "a page is sent again": Mutant(
        ((WEB + "book.py", "if visit.tag in request.known:", 'if visit.tag == request.known + "x":'),),
        ("test_pages.test_what_did_not_change_is_not_sent_again",),
    ),
    "what was typed is markup": Mutant(
        (
            (
                WEB + "html.py",
                'return "".join(self._pieces(text)) if "://" in text else html.escape(text)',
                'return "".join(self._pieces(text)) if "://" in text else text',
            ),
        ),
        ("test_pages.test_what_members_typed_is_never_markup",),
    ),
    "links lend their name": Mutant(
        ((WEB + "html.py", 'rel="nofollow ugc noopener noreferrer"', 'rel="noopener"'),),
        ("test_planned.test_an_address_that_somebody_typed_leads_there_and_lends_nothing",),
    ),
    "any scheme is a link": Mutant(
        (
            (
                WEB + "html.py",
                'parts.scheme in {"http", "https"} and bool(parts.hostname) and "@"',
                'True or "@"',
            ),
        ),
        ("test_planned.test_an_address_that_somebody_typed_leads_there_and_lends_nothing",),
    ),
    "scripts may run": Mutant(
        (
            (
                WEB + "server.py",
                "\"default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; \"",
                '"default-src *; script-src *; "',
            ),
        ),
        ("test_hostile.test_every_answer_is_safe_to_show",),
    ),
    "pages take more than questions": Mutant(
        ((WEB + "server.py", 'if request.method not in {"GET", "HEAD"}:', "if False:"),),
        ("test_hostile.test_pages_can_only_be_read",),
    ),
    "links are found by search engines": Mutant(
        (
            (
                WEB + "server.py",
                '            headers["X-Robots-Tag"] = "noindex, nofollow"\n        if',
                "            pass\n        if",
            ),
        ),
        (
            "test_readers.test_only_what_is_public_may_be_found_by_search",
            "test_readers.test_what_members_alone_see_is_never_found_by_search",
        ),
    ),
    "pages say that they may be found": Mutant(
        ((WEB + "book.py", "            indexed=visit.public,", "            indexed=True,"),),
        ("test_readers.test_what_members_alone_see_is_never_found_by_search",),
    ),
    "a foreign page is at home": Mutant(
        ((WEB + "server.py", "            and name in _HOME_HOSTS\n", ""),),
        ("test_readers.test_a_proxy_or_a_foreign_page_is_not_at_home",),
    ),
    "a web server is at home": Mutant(
        (
            (
                WEB + "server.py",
                "            and not any(header in request.headers for header in _FORWARDED)\n",
                "",
            ),
        ),
        ("test_readers.test_a_proxy_or_a_foreign_page_is_not_at_home",),
    ),
    "a row stands on two pages": Mutant(
        (
            (
                "bot/page.py",
                "top = min(last, self.before - 1) if self.before else last",
                "top = min(last, self.before) if self.before else last",
            ),
        ),
        (
            "test_pages.test_lists_go_on_by_an_address_that_stays",
            "test_pages.test_no_entry_is_left_out_or_told_twice",
        ),
    ),
    "numbers of other scripts are read": Mutant(
        (
            (
                WEB + "visiting.py",
                "if text.isascii() and text.isdecimal() else None",
                "if text.isdigit() else None",
            ),
        ),
        ("test_pages.test_beyond_the_end_there_is_a_plain_page",),
    ),
    "the browser says the language": Mutant(
        ((WEB + "visiting.py", "    if asked in offered:\n        return asked\n", ""),),
        ("test_pages.test_the_reader_s_language_is_the_address_s_then_the_browser_s",),
    ),
    "a language that there is not is taken in silence": Mutant(
        ((WEB + "visiting.py", '    if query.get("lang") in languages:', '    if query.get("lang"):'),),
        ("test_pages.test_what_is_asked_in_vain_is_said",),
    ),
    "the worst language comes first": Mutant(
        (
            (
                WEB + "visiting.py",
                "found.append((-weight, at, name.strip()))",
                "found.append((weight, at, name.strip()))",
            ),
        ),
        ("test_pages.test_the_reader_s_language_is_the_address_s_then_the_browser_s",),
    ),
    "a query of any length": Mutant(
        ((WEB + "visiting.py", "    if len(raw) > QUERY_MAX:\n        return None\n", ""),),
        ("test_pages.test_what_is_no_query_is_no_page",),
    ),
    "any number of fields": Mutant(
        ((WEB + "visiting.py", "max_num_fields=FIELDS_MAX, ", ""),),
        ("test_pages.test_what_is_no_query_is_no_page",),
    ),
    "bytes that are no text are read": Mutant(
        ((WEB + "visiting.py", 'errors="strict"', 'errors="replace"'),),
        ("test_pages.test_what_is_no_query_is_no_page",),
    ),
    "who does not read stays": Mutant(
        (
            (
                WEB + "server.py",
                "        self._deadline = self._loop.call_later(patience, self.abort)",
                "        pass",
            ),
        ),
        ("test_hostile.test_who_does_not_read_is_let_go_and_hinders_nobody",),
    ),
    "any number of connections": Mutant(
        (
            (
                WEB + "server.py",
                "        if not self.room.take(connection.peer):\n            return False\n",
                "        self.room.take(connection.peer)\n",
            ),
        ),
        ("test_hostile.test_there_is_a_most_of_connections",),
    ),
    "any number waits": Mutant(
        (
            (
                WEB + "server.py",
                "        if not self.waiting.take(who):",
                "        if self.waiting.take(who) is None:",
            ),
        ),
        ("test_hostile.test_a_long_line_of_readers_is_asked_to_come_again",),
    ),
    "the log has words": Mutant(
        (
            (
                WEB + "server.py",
                'log.error("a page could not be made", exc_info=wordless(bug))',
                'log.error("a page could not be made", exc_info=bug)',
            ),
        ),
        ("test_hostile.test_a_failing_page_tells_nothing_and_the_next_is_served",),
    ),
    "a row outlives what happens to it": Mutant(
        (
            (
                WEB + "told.py",
                "                        shelf.leave(about)",
                "                        pass",
            ),
        ),
        ("test_told.test_of_the_next_page_only_what_is_new_is_read",),
    ),
    "a row of a meeting is of its words alone": Mutant(
        (("commands/meetings/page.py", "about=reference,", "about=words_of,"),),
        ("test_told.test_what_was_told_before_is_told_as_if_it_were_told_anew",),
    ),
    "a page of rounds has no end": Mutant(
        (
            (
                "commands/funding/page.py",
                "for _, ideas in shown_now) >= ROWS",
                "for _, ideas in ()) > 0",
            ),
        ),
        ("test_idea_funds.test_a_page_ends_behind_the_round_with_which_there_are_ideas_enough",),
    ),
    "a row outlives a name": Mutant(
        (
            (
                WEB + "told.py",
                "                self._clear(entry.collective, page)\n                continue",
                "                continue",
            ),
        ),
        ("test_told.test_of_the_next_page_only_what_is_new_is_read",),
    ),
    "what stands around rows is never new": Mutant(
        ((WEB + "told.py", "            self._fronts.clear()\n", "            pass\n"),),
        ("test_told.test_what_was_told_before_is_told_as_if_it_were_told_anew",),
    ),
    "receipts are for everybody": Mutant(
        (
            (
                "commands/contributions/page.py",
                "    if not ask.args.outside:\n        return ask\n    proofs",
                "    return ask\n    proofs",
            ),
        ),
        ("test_readers.test_receipts_are_for_members",),
    ),
    "drafts are for everybody": Mutant(
        (
            (
                "commands/contributions/page.py",
                "or (ask.args.outside and _is_inside(state, ask, args))",
                "",
            ),
        ),
        ("test_readers.test_a_draft_is_for_members",),
    ),
    "the journal tells who is a member": Mutant(
        (
            (
                "commands/ledger/page.py",
                "kind_of(event).startswith(OWN + _INSIDE)",
                "kind_of(event).startswith(OWN)",
            ),
        ),
        ("test_readers.test_the_journal_names_nobody_for_what_is_private_in_chat",),
    ),
    "a text is a formula": Mutant(
        (
            (
                WEB + "forms.py",
                "_NUMBER.fullmatch(text) else safe(text)",
                "_NUMBER.fullmatch(text) else text",
            ),
        ),
        ("test_forms.test_the_table_is_what_the_page_shows_and_a_number_stays_one",),
    ),
    "files lead nowhere": Mutant(
        (
            (
                WEB + "filed.py",
                "if want.left_out or beyond or not self._is_there(page, want):",
                "if want.left_out:",
            ),
        ),
        ("test_filed.test_no_way_leads_nowhere_or_out_of_the_folder",),
    ),
    "files of what is not for everybody": Mutant(
        (
            (
                WEB + "filed.py",
                '    if rules.text("web") != "public":',
                '    if rules.text("web") == "off":',
            ),
        ),
        ("test_filed.test_what_is_not_for_everybody_is_not_written",),
    ),
    "ballots are opened for a page": Mutant(
        (
            (
                WEB + "library.py",
                "if isinstance(it, JournalQuery) and it not in ask.found",
                "if it not in ask.found",
            ),
        ),
        (
            "test_readers.test_a_page_opens_no_ballots_and_has_nothing_signed",
            "test_who_sees.test_who_chose_what_in_a_secret_poll_stands_nowhere",
        ),
    ),
}
"""By what then happens. Where two guards stand behind one another both are taken out."""


def survivors(names: list[str]) -> Iterator[str]:
    """Those that no test sees."""
    for name in names:
        seen = play(MUTANTS[name])
        print(f"{'seen' if seen else 'NOT SEEN'}: {name}", flush=True)
        if not seen:
            yield name


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(len(list(survivors(sys.argv[1:] or list(MUTANTS)))))
