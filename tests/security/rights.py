"""Who may use which command, written by hand: a command without a row here fails the tests.

It says what is meant, and is nowhere read by the program; so a role that is taken out of a command's
declaration by mistake shows. `ROLES` says who may use a command at all; `INSIDE` the lines that ask for
a role only in some cases.
"""

from __future__ import annotations

from bot.collective.roles import Role

_BY_ROLE = {
    # Whoever is not a member may only look, begin a collective, and ask to become one.
    Role.GUEST: "about, collective create, collective join, help, me link, member apply, openness",
    Role.MEMBER: """
        add-option, amend, back, unback, funding, funding approve, funding decline, idea, ideas,
        ideas accept, ideas change, amend, amend-proposal, approve, balance, ballot, budget, budgets,
        calendar, calendar link, cancel, circle,
        go-round, pass, hands count, hands confirm, hands reject,
        circle create, circle join, circle leave, close, collective info, confirm, contributions,
        decisions, decline, delegate, delegate end, delegate to, digest, digest mine,
        digest preview, digest stop, dispute, distribute, draft, dues, dues choose,
        equation, equation set,
        equation try, equation use, expense, export, hide, in, invoices, ledger, log, loop, me,
        me export, me forget, me iban, me language, me leave, me name, me privacy, me zone, member list,
        meeting, meeting action, meeting add, meeting agenda, meeting agreed, meeting away,
        meeting call, meeting count,
        meeting close, meeting drop, meeting duty, meeting extend, meeting here,
        meeting adjourn, meeting plan, minutes, minutes amend, minutes approve,
        meeting move, meeting next,
        meeting note, meeting open, meeting signal,
        meeting speak, meeting stack, meeting table, meeting temp, meeting unstack,
        menu, done, drop, import, import agree, import decisions, import undo, duty, duty leave,
        need, needs, needs edit, offer, swap, take, member vouch, open, partner, partner classify,
        partner pledge, pay, poll, polls, propose, owed, payout request,
        receipt, remind, report, reminders, reminders cancel, reminders edit, reminders join,
        reminders off,
        reminders on, reminders snooze, reopen, repeat, room, round, round give,
        recurring list, round need, round no-need,
        rules, rules diff, rules explain, rules export, rules history,
        settle-up, settle-up got, settle-up paid, settle-up undo, slip, slip add, slip remove,
        show, statement, thank, timer cancel, timer start, timer status, timer stop, treasury,
        unit, unit create, unit exempt, unit issue, unit report, unit retire, unit set, unit settle,
        unit vouch, unit write-off, verify, verify-ballot, vote, web, web link, why, withdraw
    """,
    Role.COORDINATOR: """
        circle close, digest at, digest every, digest now, digest off, digest on, digest sections,
        digest to, ideas approve,
        duty excuse, member add, member admit, member code, member refuse, openness answer,
        openness comment, retry, review, web guest,
        web member
    """,
    Role.TREASURER: """
        funding open, funding cancel,
        dues end, dues exempt, dues paid, dues set,
        fund add, fund create, fund release, income, invoice, invoice paid, member settle,
        partner add, partner declare,
        partner end, partner in-kind, payout, payout all, payout file,
        recurring, recurring change, recurring pause, recurring resume, reverse,
        treasury iban
    """,
    Role.FACILITATOR: "",
    Role.ADMIN: """
        budget create, budget change, budget end,
        collective invite, collective name, member remove, member return, member seat, member unmerge,
        role give, role take, room circle, room leave, room name, rules import, rules lock,
        rules preset, rules set, rules unlock, rules unset,
        settle, setup, setup digest, setup kind, setup place, setup usual
    """,
}

ROLES: dict[str, Role] = {
    " ".join(name.split()): role
    for role, names in _BY_ROLE.items()
    for name in names.split(",")
    if name.strip()
}
"""The least role by command; an admin may everything."""

INSIDE: dict[str, tuple[Role, str]] = {
    "/circle leave kitchen @cem": (Role.COORDINATOR, "role"),
    "/expense 5 EUR paint --paid treasury": (Role.TREASURER, "role"),
    "/cancel F1 no more": (Role.TREASURER, "role"),
    "/cancel P2 no more": (Role.COORDINATOR, "not-own"),
    "/digest at 08:00": (Role.COORDINATOR, "role"),
    "/import --as kimai": (Role.COORDINATOR, "role"),
    "/import undo I1": (Role.COORDINATOR, "role"),
}
"""Lines that a member may write only with a role, and what is answered without it."""
