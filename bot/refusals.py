"""The codes of refusals: short, stable words for machines, and when each is told.

A rule that refuses has its own name as the code (`docs/rules.md`); all others stand here, and in the
manual, which is made from this table. A code is never renamed: scripts read it (`talkoot try --json`).
"""

from __future__ import annotations

from collections.abc import Mapping

READING: Mapping[str, str] = {
    "amount-minutes": "the minutes of a time such as 3:05 have one digit",
    "amount-missing": "an amount is needed, and none is there",
    "amount-missing-unit": "a number stands there without a unit",
    "amount-negative": "an amount is less than nothing",
    "amount-not-exact": "an amount is finer than its unit can be parted",
    "amount-too-large": "an amount is more than one entry can hold",
    "amount-unclear": "words stand where an amount should, and are none",
    "amount-zero": "an amount is nothing",
    "command-unknown": "the line begins with no command, or with half of one",
    "day-ambiguous": "a day can be read as two days",
    "day-impossible": "there is no such day",
    "day-mismatch": "the weekday that is named is not that day's",
    "day-out-of-range": "a day is outside the years that are known",
    "edited": "a message was edited; that changes nothing that was recorded",
    "flag-value": "something that is on or off was given another value",
    "kind-twice": "several kinds stand in one line",
    "link-odd": "something is no web address that can be kept",
    "number-ambiguous": "a number can be read as two numbers",
    "number-odd": "an option needs a whole number of at least 1",
    "number-too-long": "a number has too many digits",
    "option-empty": "an option has no value behind it",
    "option-unknown": "the command has no such option",
    "period-backwards": "a period ends before it begins",
    "period-impossible": "there is no such week, month or quarter",
    "reference-odd": "something is no reference such as C12",
    "said-twice": "one option is given twice",
    "time-ambiguous": "words can be a time of day, or so long from now",
    "time-seconds": "a time has seconds",
    "time-unclear": "words stand where a time should, and are none",
    "times-often": "something would come more often than every hour",
    "times-once": "an end is named of what comes once",
    "times-over": "something would end before it comes the first time",
    "times-several": "several times stand where one is taken",
    "times-unclear": "words stand where times should, and are none",
    "too-long": "a line, or its first line, is too long",
    "too-many-people": "more people are named than one line takes",
    "unit-ambiguous": "a unit can mean several",
    "unit-not-fixed": "a unit, such as a day, is no fixed number of hours",
    "unit-unknown": "there is no such unit",
    "word-unexpected": "a word is left over",
    "zone-unclear": "a short name of a time zone is not what the clocks there are called then",
}
"""What cannot be read as it was typed."""

READING_OF: Mapping[str, str] = {
    "-missing": "what the command needs is not there; before it stands the option's name",
    "-unclear": "the value of a rule cannot be read; before it stands the rule's name",
    "-unknown": "there is nothing of that name; before it stands what it would be",
}
"""Endings of codes that are made of a name and what is wrong with it."""

ASKING: Mapping[str, str] = {
    "bug": "something broke; the log has the rest under the same reference",
    "code-own": "a code for joining accounts is used by whoever asked for it",
    "code-unknown": "a code lets nobody in: used, lapsed, or never one",
    "collective-unknown": "a private message names a collective that its author is not in",
    "no-collective": "the room belongs to no collective",
    "no-room": "something is no room of the collective, or none is meant",
    "not-member": "somebody has no account here",
    "not-own": "somebody changes what is another's",
    "not-private": "something secret was typed where others read along",
    "not-yours": "somebody acts on another's reminder",
    "nothing-changed": "it is so already, or there is nothing to take back",
    "operator": "whoever runs the bot asks for what only a member can have",
    "other-books": "a button was made from another database than the one that is asked",
    "person-ambiguous": "a name could be several people",
    "person-unknown": "nobody has that name, or they are not here any more",
    "reference-unknown": "nothing here has that reference",
    "removed": "whoever asks was removed from the members",
    "role": "the command is for another role",
    "web-link-there": "a link to the pages was given already, and cannot be shown again",
    "web-unserved": "the program serves no pages",
    "room-taken": "the room belongs to a collective already",
    "several-collectives": "a private message comes from a member of several collectives",
    "unheard": "a rule says that this is not listened to",
}
"""Who asks what where."""

MEMBERS: Mapping[str, str] = {
    "account-known": "a member has an account already",
    "already-asked": "somebody asks to become a member, and has asked before",
    "candidate-unknown": "nobody of that name is asking to become a member",
    "language-unknown": "the bot does not speak that language",
    "last-admin": "the only admin would go, or lose the role",
    "last-room": "the only room of a collective would leave it",
    "name-account": "a name looks as if an account was shown with it",
    "name-long": "a name is too long",
    "name-odd": "something cannot be a name",
    "name-reserved": "a name means something else here",
    "name-taken": "a name is too like another one",
    "not-merged": "somebody was not merged with anybody",
    "seat": "an organisation is no person",
    "seat-holder": "somebody speaks for an organisation that they do not speak for",
    "still-here": "the account of somebody who is a member is settled",
    "too-many-askings": "more people ask to become members than can be answered",
    "zone-unknown": "there is no such time zone",
}
"""Members, roles, accounts."""

PLACES: Mapping[str, str] = {
    "circle-known": "there is a circle of that name",
    "circle-odd": "there can be no circle of that name, or no more circles",
    "circle-unknown": "there is no circle of that name",
    "rule-layer": "a rule has no meaning for that layer",
    "rule-locked": "a rule is locked; only a passed proposal changes it",
    "rule-unknown": "there is no rule of that name",
    "rule-value": "a rule does not take that value",
    "scope-none": "the room belongs to no circle",
    "toml-odd": "rules to be imported are no table of rules",
}
"""Circles, rooms, rules."""

WORK: Mapping[str, str] = {
    "already-confirmed": "somebody confirms twice",
    "already-disputed": "somebody disputes twice",
    "day-future": "a day is still to come",
    "day-past": "a day is past",
    "disputed": "something is disputed, which has to be settled first",
    "kind-unit": "a kind counts in another unit",
    "kind-unknown": "there is no kind of that name",
    "not-disputed": "nobody disputes it",
    "own-entry": "somebody confirms, or disputes, what is their own",
    "own-thanks": "somebody thanks themselves",
    "own-unit": "work is measured in a unit of the collective's own",
    "timer-none": "no timer is running",
    "timer-running": "a timer is running already",
    "withdrawn": "an entry was withdrawn",
}
"""Contributions, disputes, timers, thanks."""

MONEY: Mapping[str, str] = {
    "export-long": "a file is too long for a message",
    "fund-bound": "what a partner pledged is for another fund",
    "fund-known": "there is a fund of that name",
    "fund-unknown": "there is no fund of that name",
    "funds-max": "there are as many funds as there may be",
    "head-odd": "something is no head of a journal",
    "limit": "an account would go below the limit of its unit",
    "member-later": "somebody approves what was asked before they were a member",
    "not-enough": "an account does not hold that much",
    "not-in-hand": "the money is owed by members, and not in hand",
    "not-made": "what is to be undone never moved anything",
    "not-money": "an amount is no money",
    "not-waiting": "nothing waits for approval under that reference",
    "own-payment": "somebody pays themselves",
    "own-transfer": "somebody approves their own transfer",
    "twin": "the same money, or receipt, seems to be there already",
    "undoing-waits": "what would undo it waits for approval",
    "undone": "it was undone already, or undoes another",
}
"""The ledger and the treasury."""

SHARING: Mapping[str, str] = {
    "equation-currency": "the prices of an equation are in another currency",
    "equation-long": "an equation is too long",
    "equation-odd": "a part of an equation means nothing",
    "equation-preset": "an equation is always there as it is",
    "equation-unknown": "there is no equation of that name",
    "equation-word": "a word of an equation cannot be read",
    "equations-max": "there are as many equations as there may be",
    "member-left": "a share would go to somebody who has left",
    "no-distribution": "something is no distribution",
    "no-need": "nothing was said of a need in that unit",
    "nobody-weighs": "nobody gets anything by that equation",
    "own-points": "somebody gives points to themselves",
    "plan-changed": "what was previewed is not what would be shared out now",
    "points-odd": "something is no number of points",
    "what-missing": "it has to be said what a share for one person is for",
}
"""Equations, distributions, rounds."""

UNITS: Mapping[str, str] = {
    "budget-missing": "an issued unit needs a wage and a budget",
    "budget-spent": "the budget of the period is issued",
    "decimals-odd": "a unit cannot have that many decimals",
    "month-odd": "something is no month",
    "no-vouches": "nobody has to vouch in that unit",
    "no-work": "there is no work that nothing was issued for",
    "not-below": "somebody is not below nothing",
    "not-issued": "a unit of mutual credit is never issued",
    "nothing-owed": "no levy is owed",
    "own-vouch": "somebody vouches for themselves",
    "term-of-mode": "a term says nothing of units of that mode",
    "unit-known": "there is a unit of that name",
    "unit-odd": "something cannot be the name of a unit",
    "unit-other": "an amount is of another unit",
    "unit-taken": "a word means a unit already",
    "units-max": "there are as many units as there may be",
    "words-max": "too many words mean one unit",
}
"""Units of a collective's own."""

PARTNERS: Mapping[str, str] = {
    "currency-differs": "an amount is in another currency than the pledge",
    "currency-unknown": "there is no such currency",
    "heads-odd": "something is no number of people",
    "in-kind-known": "a contribution was given for a partner already",
    "not-confirmed": "a contribution is not confirmed",
    "not-in-kind": "a contribution was not given for that partner",
    "nothing-pledged": "a partner has pledged nothing",
    "nothing-to-declare": "a flat pledge needs no declaration",
    "partner-ended": "a partner is one no more",
    "partner-known": "there is a partner of that name",
    "partner-unknown": "there is no partner of that name",
    "partners-max": "there are as many partners as there may be",
    "period-alone": "a period is named of money that no partner pays",
    "period-not-pledged": "a period is none of what was pledged",
    "period-running": "a period is not over yet",
    "pledge-far": "a pledge would begin or end too far away",
    "pledge-overlaps": "another pledge counts at that time",
    "rate-odd": "a rate does not fit what it is of",
    "rate-range": "a rate is outside of what a pledge can be",
}
"""Partners and pledges."""

DECIDING: Mapping[str, str] = {
    "advice-missing": "too little advice was given to decide",
    "advice-of-one": "one person is named as affected and as expert",
    "advice-whom": "advice is asked of nobody who is affected, or nobody who knows",
    "agreement-gone": "too few who agreed are members still",
    "beyond-circle": "what is to be done is not the affair of that circle alone",
    "by-proposal": "only a passed proposal does it",
    "cannot-pass": "a proposal could not pass by these terms",
    "choice-not-yours": "a choice belongs to others in that method",
    "choice-unknown": "the method has no such choice",
    "closes-not-sooner": "an earlier deadline is not before the deadline",
    "closes-past": "a deadline is over",
    "closes-too-late": "a deadline is too far away",
    "closes-too-soon": "a deadline is too near",
    "draft": "a draft is not open",
    "no-draft": "something is no draft",
    "no-effect": "a proposal cannot carry out that command",
    "no-review": "what did not pass is not looked at again",
    "not-eligible": "somebody is not asked",
    "nothing-to-retry": "everything that was decided is done",
    "past": "a time is over",
    "proxy-loop": "proxies would vote for one another in a loop",
    "proxy-self": "somebody is their own proxy",
    "reason-missing": "a choice, or an emergency, needs a reason",
    "still-open": "what comes out can still change",
    "title-long": "a title is too long",
    "vote-closed": "the vote is closed",
    "vote-overtaken": "an older vote could be read only now, after a newer one",
    "weighs-more": "what passed weighs more now than when it was put",
}
"""Proposals."""

POLLING: Mapping[str, str] = {
    "already-voted": "it can be changed only before the first vote",
    "ballot-file": "a file of ballots cannot be read",
    "draw-known": "the draw is known, so that the options stay",
    "drawn": "a draw is drawn once",
    "key-lost": "the key of a secret poll is gone",
    "no-adding": "voters may not add options",
    "no-receipts": "a poll has no receipts",
    "no-votes": "nobody votes on a draw by lot",
    "no-write-ins": "a poll takes no options that are written in",
    "only-secret": "an option is for secret polls",
    "option-command": "an option could be taken for what is typed in a vote",
    "option-long": "an option is too long",
    "option-missing": "a vote leaves out an option that it has to rank or rate",
    "option-twice": "an option stands twice",
    "option-unclear": "a word can mean several options",
    "option-unknown-here": "a word is no option of that poll",
    "poll-open": "a poll is open",
    "poll-options": "a poll has too few or too many options",
    "poll-over": "a poll cannot be repeated any more",
    "poll-points": "a poll cannot give that many points",
    "poll-seats": "a poll cannot elect that many",
    "question-long": "a question is too long",
    "question-missing": "a poll has no question",
    "receipt-unknown": "no ballot that was counted has that receipt",
    "secret-draw": "a draw by lot has no votes to seal",
    "secret-write-ins": "what is written in is told to all, and cannot be secret",
    "tally-ballot": "a ballot does not fit the method",
    "tally-method": "there is no such method",
    "tally-no-options": "there is nothing to elect",
    "tally-option": "the method has no such option, or it no such value",
    "tally-same-name": "two options have one name",
    "tally-seats": "nobody, or more than there are, would be elected",
    "too-few": "too few have voted for a secret poll to be counted before its time",
    "vote-empty": "a vote says nothing",
    "vote-number": "an option has no answer behind it, or one that is none",
    "vote-points": "a vote gives more points than the voter has",
    "vote-too-many": "a vote marks more options than it may",
    "vote-unfinished": "a vote ends in the middle",
}
"""Polls and counting."""

CLOCK: Mapping[str, str] = {
    "digest-none": "somebody stops a digest that they do not get",
    "edit-empty": "a reminder is to be changed, and nothing says how",
    "reminder-far": "a reminder is too far away",
    "reminder-past": "a reminder would be in the past",
    "reminders-many": "as many reminders wait as one person may have",
    "reminders-refused": "whoever would be reminded wants no reminders",
}
"""Digests and reminders."""

CODES: Mapping[str, Mapping[str, str]] = {
    "What cannot be read": READING,
    "Who asks what where": ASKING,
    "Members, roles, accounts": MEMBERS,
    "Circles, rooms, rules": PLACES,
    "Contributions": WORK,
    "The ledger": MONEY,
    "Sharing out": SHARING,
    "Units of your own": UNITS,
    "Partners": PARTNERS,
    "Proposals": DECIDING,
    "Polls": POLLING,
    "By the clock": CLOCK,
}
"""All codes, by what they are about."""
