"""Account numbers (IBAN): read, held to their check digits, sealed; shown to nobody."""

from __future__ import annotations

from stdnum import iban as numbers
from stdnum.exceptions import ValidationError

from bot.arguments import OptionType, arguments, takes
from bot.books.sepa import COUNTRIES
from bot.chain import Sealed
from bot.chat import Refusal, Reply
from bot.collective.banking import (
    COLLECTIVE,
    HOLDER_CHARACTERS_MAX,
    IBANS,
    BankAccount,
    CollectiveIbanKept,
    MemberIbanKept,
)
from bot.collective.roles import Role
from bot.collective.state import State
from bot.command import Command
from bot.decision import About, Accepted, Ask, Query
from bot.text.wording import Typed, lines, say
from commands.decisions.openly import openly

OFF = "off"


@arguments
class IbanArgs:
    """What `/me iban` and `/treasury iban` take."""

    iban: str = takes(OptionType.TEXT, say("the IBAN; off erases it"), positional=True, default="")
    name: str = takes(
        OptionType.WORD, say("in whose name the account is, if in another one"), default=""
    )


def iban_queries(state: State, ask: Ask) -> tuple[Query, ...]:
    """All account numbers that were ever kept, for those that still are."""
    return (About(IBANS),)


def account_of(state: State, ask: Ask, number: int) -> BankAccount | None:
    """The account of a member, over all their numbers, or of the collective; None where none is kept.

    What was erased, or did not come with an export, is not there, though its commitment is.
    """
    people = state.members.numbers(number) if number != COLLECTIVE else (COLLECTIVE,)
    seals = (state.banking.ibans.get(each, "") for each in people)
    texts = (ask.texts[seal] for seal in seals if ask.texts.get(seal))
    return next(map(BankAccount.of, texts), None)


def sealed_account(ask: Ask[IbanArgs]) -> Sealed | None:
    """The account that was typed, to be kept sealed; None for none. Raises Refusal.

    No refusal repeats what was typed.
    """
    check_alone(ask)
    typed, holder = ask.args.iban, " ".join(ask.args.name.split())
    if typed.casefold() == OFF:
        return None
    try:
        known = numbers.validate(typed)
    except ValidationError:
        raise Refusal(
            "iban-odd",
            say("This is no IBAN: its length and its two check digits do not fit."),
            instead=say("Copy it once more from your bank; nothing was kept."),
        ) from None
    if known[:2] not in COUNTRIES:
        raise Refusal(
            "iban-not-reached",
            say("SEPA transfers do not reach accounts in {country}.", country=known[:2]),
            instead=say("Name an account within SEPA; nothing was kept."),
        )
    if len(holder) > HOLDER_CHARACTERS_MAX:
        raise Refusal(
            "too-long",
            say("A bank takes names up to this length: {most}.", most=HOLDER_CHARACTERS_MAX),
            instead=say("Shorten the name; nothing was kept."),
        )
    return ask.moment.seal(BankAccount(known, holder).text)


def check_alone(ask: Ask) -> None:
    """Nobody reads along. Raises Refusal."""
    if not ask.unseen:
        raise Refusal(
            "not-private",
            say("This room reads along; an IBAN is for me alone, and nothing was kept."),
            instead=say(
                "Take your message back where you can, and write it to me in private: {line}",
                line=Typed(f"{ask.command} …"),
            ),
        )


def given_since(state: State, ask: Ask, number: int, since: int) -> MemberIbanKept | None:
    """What erases a member's account, where it was given after an instant (ms); None where it was not.

    When two accounts were one person, nobody knows whose it is.
    """
    seal = state.banking.ibans.get(number, "")
    found = ask.found.get(About(IBANS), ())
    later = any(
        entry.at >= since and isinstance(event, MemberIbanKept) and event.iban == seal
        for entry, event in found
    )
    return MemberIbanKept(member=number) if seal and later else None


def treasury_iban(state: State, ask: Ask[IbanArgs]) -> Accepted:
    """From which account the collective pays; without one, whether it is kept."""
    if not ask.args.iban:
        there = account_of(state, ask, COLLECTIVE) is not None
        told = (
            say("The account that {name} pays from is kept, sealed.", name=state.name)
            if there
            else say("No account is kept that {name} pays from.", name=state.name)
        )
        more = say("In private: {line}", line=Typed("treasury iban …"))
        return Accepted(replies=(Reply(lines(told, more), private=True, facts={"kept": there}),))
    account, before = sealed_account(ask), state.banking.ibans.get(COLLECTIVE, "")
    if account is None and not before:
        raise Refusal("nothing-changed", say("That is so already."))
    event = CollectiveIbanKept(
        iban=account.seal if account else "", by=ask.member.number if ask.member else 0
    )
    told = (
        say("The account that {name} pays from is set; its number is sealed.", name=state.name)
        if account
        else say("The account that {name} pays from is erased.", name=state.name)
    )
    texts, dropped = (account,) if account else (), (before,) if before else ()
    return Accepted((event,), texts, (Reply(told),), dropped=dropped)


COMMANDS = (
    Command(
        name="treasury iban",
        discreet=True,
        undo="treasury iban off",
        about=say("keep the account that the collective pays from, for files for the bank"),
        also=say("our bank account, our iban, collective's iban"),
        decide=openly(treasury_iban),
        wants=iban_queries,
        role=Role.TREASURER,
        args=IbanArgs,
        examples=("treasury iban", "treasury iban off"),
    ),
)
