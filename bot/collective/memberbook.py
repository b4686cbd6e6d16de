"""Who is here: what a collective remembers of its members, and finds them by."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from operator import itemgetter
from typing import Final

from bot.chat import Actor, Refusal
from bot.collective.accounts import AccountAdded, CodeOffered, MembersMerged, Merge, MergeUndone, Offer
from bot.collective.events import Changes, When
from bot.collective.lookalikes import NAMES_KEPT, alike
from bot.collective.members import (
    ERASED,
    NUMBERED_MAX,
    Candidate,
    LanguageChosen,
    Member,
    MemberForgotten,
    MemberJoined,
    MemberLeft,
    MemberReached,
    MemberRenamed,
    MemberReturned,
    MembershipAsked,
    MembershipRefused,
    MembershipVouched,
    MemberUnreached,
    SeatHolderSet,
    ZoneChosen,
)
from bot.collective.roles import Role, RoleGiven, RoleTaken
from bot.text.wording import Code, Person, Say, Typed, joined, say

ASKINGS_KEPT_MS: Final = 400 * 86_400_000
"""How long it is remembered how long somebody waited: somewhat more than a year."""


@dataclass(slots=True)
class Asking:
    """Somebody asked to become a member at an instant (ms), and was answered then; 0 for not yet."""

    at: int
    answered_at: int = 0


@dataclass(slots=True)
class Members:
    """The members of a collective, by number, by account and by name.

    `owned` are the accounts of each who has some, by the number they are known by now, in the order in
    which they came (`accounted` is how many did). `askings` are those of a year to become one, by the
    candidate's number, whatever came of them. Up to `reserved` numbers are kept free for an import that
    was begun.
    """

    by_number: dict[int, Member] = field(default_factory=dict)
    by_account: dict[tuple[str, str], int] = field(default_factory=dict)
    owned: dict[int, dict[tuple[str, str], int]] = field(default_factory=dict)
    accounted: int = 0
    merges: dict[int, Merge] = field(default_factory=dict)
    candidates: dict[int, Candidate] = field(default_factory=dict)
    asked: int = 0
    askings: dict[int, Asking] = field(default_factory=dict)
    reserved: int = 0
    offers: dict[str, Offer] = field(default_factory=dict)
    _called: dict[str, set[int]] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What `called` tells, put together when somebody is first looked for, until a name may change.

    A book that is made of this one (`dataclasses.replace`) has its own.
    """

    @property
    def next_number(self) -> int:
        """The number that the next member will have."""
        return max(self.reserved, max(self.by_number, default=0)) + 1

    @property
    def here(self) -> Iterator[Member]:
        """The people and organisations that are members now, each once."""
        return (m for m in self.by_number.values() if m.here and m.number not in self.merges)

    def last_admin(self, number: int) -> bool:
        """Whether no other admin can act: an organisation cannot, nor who has no account."""
        one, acting = self.one(number), set(map(self.one, self.by_account.values()))
        admins = {each.number for each in self.here if Role.ADMIN in each.roles}
        able = {each for each in admins & acting if not self.by_number[each].seat}
        return one in admins and able <= {one}

    def one(self, number: int) -> int:
        """The number that a member is known by now."""
        while merge := self.merges.get(number):
            number = merge.member
        return number

    def numbers(self, number: int) -> tuple[int, ...]:
        """All the numbers of the person who has this one: what is counted for them, over all."""
        one = self.one(number)
        if not self.merges:
            return (one,)
        return (one, *(each for each in self.merges if self.one(each) == one))

    def gainers(self, number: int) -> set[int]:
        """Who gains by what a member gets: themselves; of an organisation who speaks for it, too."""
        one = self.one(number)
        known = self.by_number.get(one)
        return {one, *map(self.one, known.holders if known else ())}

    def member(self, number: int) -> Member:
        """The member who has this number."""
        return self.by_number[self.one(number)]

    def accounts(self, number: int) -> list[tuple[str, str]]:
        """The accounts of a member, on all platforms, the oldest first."""
        return list(self.owned.get(self.one(number), ()))

    def who(self, actor: Actor) -> Member | None:
        """The member behind an account, if they are one."""
        member = self.known(actor)
        return member if member is not None and member.here else None

    def known(self, actor: Actor) -> Member | None:
        """The member behind an account, even one who left."""
        number = self.by_account.get((actor.platform, actor.id))
        return None if number is None else self.member(number)

    def candidate(self, actor: Actor, at: int) -> Candidate | None:
        """The open asking of an account."""
        account = (actor.platform, actor.id)
        return next((c for c in self.open_candidates(at) if (c.platform, c.account) == account), None)

    def open_candidates(self, at: int) -> list[Candidate]:
        """The askings that have not lapsed at an instant (ms)."""
        return [each for each in self.candidates.values() if at < each.until]

    def offer(self, digest: str, at: int) -> Offer | None:
        """What a code is good for, at an instant (ms)."""
        offer = self.offers.get(digest)
        return offer if offer is not None and at < offer.until else None

    def named(self, name: str) -> list[Member]:
        """The members who are called so, each once; also those who are shown with an account."""
        return [self.by_number[number] for number in sorted(self.called().get(folded(name), ()))]

    def called(self) -> dict[str, set[int]]:
        """The members who are here by what they are called, as it is compared: what `named` finds."""
        for number, each in () if self._called else self.by_number.items():
            one = self.one(number)
            for name in self._names(each) if self.by_number[one].here else ():
                self._called.setdefault(name, set()).add(one)
        return self._called

    def _names(self, member: Member) -> Iterator[str]:
        """What a member is called, as it is compared."""
        yield _name_folded(member.name)
        if member.name.endswith(")"):
            for _, account in self.accounts(member.number):
                yield folded(member.name.removesuffix(f"({account})"))

    def like(self, name: str, beside: int = 0) -> Member | None:
        """Who looks the same by name as somebody called so would, but for the member `beside`."""
        own = self.numbers(beside) if beside else ()
        others = (m for n, m in self.by_number.items() if n not in own and m.name != ERASED)
        return next((m for m in others if alike(m.name, name)), None)

    def name(self, number: int) -> Person:
        """A member's name, for an answer."""
        return self.member(number).shown

    # --- What events do ---------------------------------------------------------------------------

    def join(self, event: MemberJoined, when: When) -> None:
        """Enter somebody who is new, with their first account if they have one."""
        self._called.clear()
        name = when.names.get(event.name, ERASED)
        account = when.names.get(event.account, event.account)
        roles = frozenset(event.roles)
        asked = self.candidates.pop(event.candidate, None)
        self._answered(event.candidate, when.at)
        if asked is not None:
            name, account = asked.name, asked.account
        self.by_number[event.member] = Member(event.member, name, roles, seat=event.seat, since=when.at)
        if event.platform:
            self._own(event.member, (event.platform, account))

    def add_account(self, event: AccountAdded, when: When) -> None:
        """One more account of a member."""
        self._called.clear()
        account = when.names.get(event.account, event.account)
        self._own(event.member, (event.platform, account))
        self.offers.pop(event.code, None)

    def _own(self, number: int, account: tuple[str, str]) -> None:
        """An account is a member's from now on; one that was somebody's already keeps its place."""
        owner = self.by_account.get(account)
        moved = {} if owner is None else self.owned.pop(self.one(owner))
        if owner is None:
            self.accounted += 1
            moved[account] = self.accounted
        self.by_account[account] = number
        self._part(moved)

    def _part(self, accounts: Mapping[tuple[str, str], int]) -> None:
        """Give accounts to those whose they are by now, each in the order in which they came."""
        for account, place in accounts.items():
            self.owned.setdefault(self.one(self.by_account[account]), {})[account] = place
        for one in {self.one(self.by_account[account]) for account in accounts}:
            self.owned[one] = dict(sorted(self.owned[one].items(), key=itemgetter(1)))

    def ask(self, event: MembershipAsked, when: When) -> None:
        """Enter an asking; those that lapsed go."""
        self.asked = event.candidate
        self.candidates = {each.number: each for each in self.open_candidates(when.at)}
        self.candidates[event.candidate] = Candidate(
            event.candidate,
            when.names.get(event.name, ERASED),
            event.platform,
            when.names.get(event.account, event.account),
            (event.name, event.account),
            event.words,
            event.until,
        )
        fresh = {n: each for n, each in self.askings.items() if when.at - each.at < ASKINGS_KEPT_MS}
        self.askings = {**fresh, event.candidate: Asking(when.at)}

    def _answered(self, candidate: int, at: int) -> None:
        if candidate in self.askings:
            self.askings[candidate].answered_at = at

    def rename(self, event: MemberRenamed, when: When) -> None:
        """They are called otherwise."""
        self._called.clear()
        self.by_number[event.member].name = when.names.get(event.name, ERASED)

    def come_back(self, event: MemberReturned, when: When) -> None:
        """They are here again; how long they are a member counts from now on, by whatever account."""
        self._called.clear()
        member = self.by_number[event.member]
        member.here, member.removed = True, False
        for each in self.numbers(event.member):
            self.by_number[each].since = when.at
        for asked in self.candidates.values():
            owner = self.by_account.get((asked.platform, asked.account))
            if owner is not None and self.one(owner) == self.one(event.member):
                self._answered(asked.number, when.at)

    def note_unreached(self, event: MemberUnreached, _: When) -> None:
        """They cannot be written to in private."""
        self.by_number[event.member].unreached = True

    def note_reached(self, event: MemberReached, _: When) -> None:
        """They can be written to again."""
        self.by_number[event.member].unreached = False

    def vouch(self, event: MembershipVouched, _: When) -> None:
        """A member speaks for a candidate."""
        self.candidates[event.candidate].vouched.add(event.member)

    def refuse(self, event: MembershipRefused, when: When) -> None:
        """A candidate is none any more."""
        self.candidates.pop(event.candidate, None)
        self._answered(event.candidate, when.at)

    def set_holder(self, event: SeatHolderSet, _: When) -> None:
        """Who may speak for an organisation's seat."""
        holders = self.by_number[event.member].holders
        (holders.add if event.may else holders.discard)(event.holder)

    def give_role(self, event: RoleGiven, _: When) -> None:
        """They have one role more."""
        self.by_number[event.member].roles |= {event.role}

    def take_role(self, event: RoleTaken, _: When) -> None:
        """They have one role less."""
        self.by_number[event.member].roles -= {event.role}

    def choose_language(self, event: LanguageChosen, _: When) -> None:
        """They are answered in it."""
        self.by_number[event.member].language = event.language

    def choose_zone(self, event: ZoneChosen, _: When) -> None:
        """Times are theirs in it."""
        self.by_number[event.member].zone = event.zone

    def leave(self, event: MemberLeft, _: When) -> None:
        """They are here no more; their roles end."""
        self._called.clear()
        member = self.by_number[event.member]
        member.here, member.removed, member.roles = False, event.removed, frozenset()

    def forget(self, event: MemberForgotten, _: When) -> None:
        """A name and accounts that nobody may know any more; and they are not here any more."""
        self._called.clear()
        for each in self.numbers(event.member):
            member = self.by_number[each]
            member.name, member.here, member.roles = ERASED, False, frozenset()
            member.language = member.zone = ""
        for account in self.owned.pop(self.one(event.member), ()):
            del self.by_account[account]

    def offer_code(self, event: CodeOffered, when: When) -> None:
        """A code for a member; an older one of theirs is good no more, and what lapsed goes."""
        kept = {
            digest: offer
            for digest, offer in self.offers.items()
            if offer.member != event.member and when.at < offer.until
        }
        self.offers = {**kept, event.code: Offer(event.member, event.until)}

    def merge(self, event: MembersMerged, when: When) -> None:
        """Two are one from now on."""
        accounts = self.owned.pop(self.one(event.absorbed), {})
        self._called.clear()
        self.merges[event.absorbed] = Merge(event.member, when.at, event.roles)
        self._part(accounts)
        self.by_number[event.member].roles |= frozenset(event.roles)
        self.offers.pop(event.code, None)

    def undo_merge(self, event: MergeUndone, _: When) -> None:
        """They are two again."""
        accounts = self.owned.pop(self.one(event.absorbed), {})
        self._called.clear()
        del self.merges[event.absorbed]
        self._part(accounts)
        self.by_number[event.member].roles -= frozenset(event.roles)

    # --- Who is meant -----------------------------------------------------------------------------

    def asking(self, word: str, at: int) -> Candidate:
        """The candidate that somebody means by a number or a name. Raises Refusal."""
        wanted = folded(word.lstrip("@#"))
        for each in self.open_candidates(at):
            if wanted in {str(each.number), folded(each.name)}:
                return each
        raise Refusal(
            "candidate-unknown",
            say("Nobody called “{word}” is asking to become a member.", word=word),
            word=word,
            instead=say("{list} shows who is.", list=Typed("member list")),
        )

    def gone(self, word: str, *, forgotten: bool = False) -> Member | None:
        """The member who left that somebody means by a name or a number; `forgotten` ones have none."""
        by_number = self.numbered(word)
        if by_number is not None and not by_number.here:
            return by_number if forgotten or by_number.name != ERASED else None
        wanted = folded(word)
        left = (m for m in self.by_number.values() if not m.here and m.name != ERASED)
        return next((m for m in left if _name_folded(m.name) == wanted), None)

    def numbered(self, word: str) -> Member | None:
        """The member of `#7`, even one who left."""
        number = int(word[1:]) if word[:1] == "#" and word[1:].isdecimal() else 0
        return self.member(number) if number in self.by_number else None

    def found(self, word: str, account: tuple[str, str] | None) -> Member:
        """The member that somebody means by a word, or by the account that the platform says.

        `#7` is the member with that number, whatever they are called.
        Names are compared without case, accents' composition and blanks; a name that two members
        share, or nobody has, is refused with what would work.
        """
        if account is not None and account in self.by_account:
            return self.member(self.by_account[account])
        by_number = self.numbered(word)
        if by_number is not None and by_number.here:
            return by_number
        same = self.named(word)
        if len(same) == 1:
            return same[0]
        if same:
            raise Refusal(
                "person-ambiguous",
                say("“{word}” could be any of {count} people here.", word=word, count=len(same)),
                word=word,
                instead=say(
                    "Mention the account that you mean, or type its number: {people}.",
                    people=joined(map(_numbered, same[:NUMBERED_MAX])),
                ),
            )
        raise self._unknown(word)

    def _unknown(self, word: str) -> Refusal:
        gone = self.gone(word)
        if gone is not None and word.startswith("#"):
            return Refusal("person-unknown", say("{name} is not here any more.", name=gone.shown))
        names = {_name_folded(each.name): each.name for each in self.here}
        near = difflib.get_close_matches(folded(word), names, 3)
        hint = (
            say("Did you mean {names}?", names=joined((Person(names[n]) for n in near), " / "))
            if near
            else say("A person joins by typing any command, for example {me}.", me=Typed("me"))
        )
        return Refusal(
            "person-unknown", say("Nobody here is called “{word}”.", word=word), word=word, instead=hint
        )


def _numbered(member: Member) -> Say:
    return say("{number} is {name}", number=Code(f"@#{member.number}"), name=member.shown)


def folded(name: str) -> str:
    """A name as it is compared: compatibility form, no case, no blanks, no invisible signs."""
    if name.isascii() and name.isalnum():
        return name.lower()  # as most are: nothing else is in it
    text = unicodedata.normalize("NFKC", name).casefold()
    return "".join(c for c in text if not c.isspace() and unicodedata.category(c) not in {"Cf", "Cc"})


@lru_cache(NAMES_KEPT)
def _name_folded(name: str) -> str:
    """The same of a member's name, which are looked through whenever somebody is named."""
    return folded(name)


CHANGES: Changes = {
    MemberJoined: Members.join,
    AccountAdded: Members.add_account,
    MemberRenamed: Members.rename,
    MemberLeft: Members.leave,
    MemberReturned: Members.come_back,
    MemberUnreached: Members.note_unreached,
    MemberReached: Members.note_reached,
    MembershipAsked: Members.ask,
    MembershipVouched: Members.vouch,
    MembershipRefused: Members.refuse,
    CodeOffered: Members.offer_code,
    MembersMerged: Members.merge,
    MergeUndone: Members.undo_merge,
    SeatHolderSet: Members.set_holder,
    RoleGiven: Members.give_role,
    RoleTaken: Members.take_role,
    LanguageChosen: Members.choose_language,
    ZoneChosen: Members.choose_zone,
}
