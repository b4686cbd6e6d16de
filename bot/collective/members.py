"""Members, and what happens to them: joining, names, accounts on the platforms, roles, leaving.

A member is a number; names and account ids are erasable texts and stand outside the journal. One
person is one member, whatever the number of accounts: where two members turn out to be one person,
they are merged, which only says so. Nothing is moved; whatever is counted per member is counted over
all their numbers (`Members.numbers`), so a merge can be undone.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.collective.events import Event, Seal, about_member
from bot.collective.grades import Grade
from bot.collective.roles import Role
from bot.collective.rules import PLACES, TOGETHER, Group, Rule, RulesByGroup
from bot.collective.ruletypes import Patterns, Standings, Whole, one_of
from bot.collective.spans import DAY, HOUR, WEEK, YEAR, Span
from bot.text.wording import Person, say

NAME_CHARACTERS_MAX = 60
"""Long enough for people; short enough that a name cannot flood a line."""

NUMBERED_MAX = 5
"""How many people of one name are told apart in a refusal."""

ERASED = "…"
"""What stands where a name was erased."""

CANDIDATES_MAX = 200
"""How many askings to become a member are open at most: more is an attack, not a queue."""


class _MemberEvent(Event, frozen=True, kw_only=True):
    """What the events of one member have in common."""

    member: int

    @property
    def subjects(self) -> tuple[str, ...]:
        """The member."""
        return (about_member(self.member),)


class MemberJoined(_MemberEvent, frozen=True, kw_only=True, tag="member.joined"):
    """Somebody became a member, by the account that they spoke with.

    Whoever has no account is entered by somebody else, with an empty `platform` and `account`; a
    `seat` is an organisation. `candidate` is the asking that led to it.
    """

    sealed_fields = ("name", "account")
    identity_fields = ("name", "account")
    name: Seal
    platform: str
    account: Seal
    roles: tuple[Role, ...] = ()
    seat: bool = False
    candidate: int = 0


class MemberRenamed(_MemberEvent, frozen=True, kw_only=True, tag="member.renamed"):
    """A member has another name."""

    sealed_fields = ("name",)
    identity_fields = ("name",)
    name: Seal


class MemberLeft(_MemberEvent, frozen=True, kw_only=True, tag="member.left"):
    """A member left, or was `removed`; their entries and their balance stay."""

    sealed_fields = ("reason",)
    removed: bool = False
    reason: Seal = ""


class MemberReturned(_MemberEvent, frozen=True, kw_only=True, tag="member.returned"):
    """A member who had left is one again."""


class MemberForgotten(_MemberEvent, frozen=True, kw_only=True, tag="member.forgotten"):
    """A member left and had their names and words erased; sums and hashes stay."""


class LanguageChosen(Event, frozen=True, tag="language.chosen"):
    """A member chose the language that the bot answers them in; empty for the room's."""

    member: int
    language: str


class ZoneChosen(Event, frozen=True, tag="zone.chosen"):
    """A member chose the time zone that their days and hours are in; empty for the room's."""

    moves_clock = True
    member: int
    zone: str


class MemberUnreached(Event, frozen=True, tag="member.unreached"):
    """A private message could not be brought to a member: none is sent unasked until they are."""

    moves_clock = True
    member: int


class MemberReached(Event, frozen=True, tag="member.reached"):
    """A member can be written to again, as they say."""

    moves_clock = True
    member: int


class MembershipAsked(Event, frozen=True, kw_only=True, tag="membership.asked"):
    """Somebody asks to become a member; the asking lapses at an instant (ms)."""

    sealed_fields = ("name", "account", "words")
    identity_fields = ("name", "account")
    candidate: int
    name: Seal
    platform: str
    account: Seal
    until: int
    words: Seal = ""


class MembershipVouched(_MemberEvent, frozen=True, kw_only=True, tag="membership.vouched"):
    """A member vouches for a candidate."""

    candidate: int


class MembershipRefused(Event, frozen=True, kw_only=True, tag="membership.refused"):
    """An asking was turned down."""

    candidate: int


class SeatHolderSet(_MemberEvent, frozen=True, kw_only=True, tag="seat.holder.set"):
    """A person may speak for the organisation `member`, or (`may` false) no more."""

    holder: int
    may: bool = True


@dataclass(slots=True)
class Member:
    """A person in a collective, or a `seat`: an organisation for which its `holders` speak.

    Whoever is not `here` has left; who was `removed` comes back only by an admin. They are a member
    since the instant `since` (ms), when they joined or came back.
    """

    number: int
    name: str
    roles: frozenset[Role] = frozenset()
    language: str = ""
    zone: str = ""
    here: bool = True
    removed: bool = False
    seat: bool = False
    unreached: bool = False
    since: int = 0
    holders: set[int] = field(default_factory=set)

    @property
    def shown(self) -> Person:
        """As they are named in an answer."""
        return Person(self.name)

    def may(self, role: Role) -> bool:
        """Whether they may do what this role may."""
        return role in {Role.GUEST, Role.MEMBER} or not self.roles.isdisjoint({role, Role.ADMIN})


@dataclass(slots=True)
class Candidate:
    """Somebody who asks to become a member; the seals are taken over by the joining."""

    number: int
    name: str
    platform: str
    account: str
    seals: tuple[Seal, Seal]
    words: Seal
    until: int
    vouched: set[int] = field(default_factory=set)

    @property
    def shown(self) -> Person:
        """As they are named in an answer."""
        return Person(self.name)


RULES: RulesByGroup = {
    Group.MEMBERS: (
        Rule(
            "new-members",
            say("Who becomes a member: everyone who types a command, who asks, who is vouched for."),
            "everyone",
            one_of("everyone", "request", "vouch", "proposal", "nobody"),
            TOGETHER,
            Grade.MEMBERSHIP,
        ),
        Rule(
            "vouches",
            say("How many members must vouch for somebody who asks to become a member."),
            2,
            Whole(1, 20),
            TOGETHER,
            Grade.MEMBERSHIP,
        ),
        Rule(
            "asking-lapses",
            say("How long an asking to become a member stays open."),
            2 * WEEK,
            Span(DAY, YEAR),
            TOGETHER,
        ),
        Rule(
            "link-lapses",
            say("How long the code that makes two accounts one person is good."),
            10,
            Span(1, DAY),
            TOGETHER,
            Grade.MEMBERSHIP,
        ),
        Rule(
            "claim-lapses",
            say("How long the code is good by which a member without an account claims their place."),
            WEEK,
            Span(HOUR, YEAR),
            TOGETHER,
            Grade.MEMBERSHIP,
        ),
        Rule(
            "undo-merge",
            say("For how long an admin may undo that two accounts were made one person."),
            DAY,
            Span(HOUR, 30 * DAY),
            TOGETHER,
            Grade.MEMBERSHIP,
        ),
        Rule(
            "bridge-ghosts",
            say("Accounts that a bridge speaks with: they become members only by linking."),
            (),
            Patterns("@telegram_*:*, @discord_*:*"),
            TOGETHER,
            Grade.MEMBERSHIP,
        ),
        *(
            Rule(
                f"{role}s",
                about,
                (),
                Standings(),
                PLACES,
                Grade.ROLES,
            )
            for role, about in (
                ("admin", say("Who is an admin here by what the platform says they are.")),
                ("coordinator", say("Who is a coordinator here by what the platform says they are.")),
                ("treasurer", say("Who is a treasurer here by what the platform says they are.")),
                ("facilitator", say("Who is a facilitator here by what the platform says they are.")),
            )
        ),
    )
}
