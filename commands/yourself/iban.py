"""`/me iban`: the account that one is paid out to, for a treasurer's file for the bank."""

from __future__ import annotations

from bot.chat import Refusal, Reply
from bot.collective.banking import MemberIbanKept
from bot.collective.state import State
from bot.command import Command
from bot.decision import Accepted, Ask
from bot.text.wording import Node, Typed, lines, say
from commands.ledger.ibans import IbanArgs, account_of, iban_queries, sealed_account


def iban(state: State, ask: Ask[IbanArgs]) -> Accepted:
    """Keep the number of one's own account, sealed, or erase it; nothing of it is shown."""
    numbers = state.members.numbers(ask.me.number)
    if not ask.args.iban:
        there = account_of(state, ask, ask.me.number) is not None
        told = (
            say("Your IBAN is kept, sealed; {line} erases it.", line=Typed("me iban off"))
            if there
            else say("No IBAN of yours is kept. In private: {line}", line=Typed("me iban …"))
        )
        return Accepted(replies=(Reply(told, private=True, facts={"kept": there}),))
    account = sealed_account(ask)
    before = {n: seal for n in numbers if (seal := state.banking.ibans.get(n, ""))}
    if account is None and not before:
        raise Refusal("nothing-changed", say("That is so already."))
    gone = [MemberIbanKept(member=n) for n in before]
    kept = [MemberIbanKept(member=numbers[0], iban=account.seal)] if account else []
    done: Node = (
        lines(
            say("Your IBAN is kept, sealed: nobody is shown it."),
            say(
                "It stands only in the file that a treasurer takes to the bank when you are paid out; "
                "{line} erases it.",
                line=Typed("me iban off"),
            ),
        )
        if account
        else say("Your IBAN is erased.")
    )
    texts = (account,) if account else ()
    return Accepted((*gone, *kept), texts, (Reply(done, private=True),), dropped=tuple(before.values()))


COMMANDS = (
    Command(
        name="me iban",
        discreet=True,
        undo="me iban off",
        about=say("keep the account that you are paid out to, sealed"),
        also=say("bank account, my bank account, account number, bank details, iban"),
        decide=iban,
        wants=iban_queries,
        former=True,
        args=IbanArgs,
        examples=("me iban", "me iban off"),
    ),
)
