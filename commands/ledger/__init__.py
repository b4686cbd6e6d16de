"""The books: what is counted, the treasury and its movements, exports, checks."""

from bot.arguments import OptionType
from bot.feature import Chapter, Feature, names
from bot.text.wording import say
from commands.ledger import (
    accountpage,
    bankfiles,
    budgets,
    checkpointpage,
    digest,
    dues,
    duesclock,
    duespage,
    exports,
    ibans,
    invoices,
    ledger,
    owed,
    page,
    payouts,
    payrequest,
    receipts,
    recurring,
    report,
    reportpage,
    settleup,
    settling,
    transfers,
    treasury,
    undoing,
    verifying,
    waiting,
)

CHAPTER = Chapter(
    say("The ledger"),
    (
        Feature(
            name="ledger",
            commands=ledger.COMMANDS,
            digest=digest.BOOKS,
            pages=(page.LEDGER, accountpage.PAGE),
        ),
        Feature(name="moves", commands=report.COMMANDS, pages=(reportpage.PAGE,)),
        Feature(
            name="treasury",
            commands=(
                *treasury.COMMANDS,
                *owed.COMMANDS,
                *payouts.COMMANDS,
                *payrequest.COMMANDS,
                *transfers.COMMANDS,
                *undoing.COMMANDS,
                *settling.COMMANDS,
            ),
            thing=undoing.THING,
            digest=digest.TREASURY,
            waits=waiting.WAITS,
            pages=(page.MONEY,),
            suggests={OptionType.FUND: names(lambda state: state.treasury.funds)},
        ),
        settleup.FEATURE,
        budgets.FEATURE,
        Feature(
            name="dues",
            commands=dues.COMMANDS,
            clockworks=(duesclock.CLOCKWORK,),
            digest=duesclock.TOLD,
            pages=(duespage.PAGE,),
        ),
        invoices.FEATURE,
        recurring.FEATURE,
        Feature(name="banking", commands=(*ibans.COMMANDS, *bankfiles.COMMANDS), digest=bankfiles.TOLD),
        exports.FEATURE,
        Feature(
            name="verifying",
            commands=(*verifying.COMMANDS, *receipts.COMMANDS),
            pages=(*page.CHECKS, checkpointpage.PAGE),
        ),
    ),
    topic="money",
)
