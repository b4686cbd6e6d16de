"""What people type about ideas: putting, changing, backing, taking their money."""

from __future__ import annotations

from bot.collective.roles import Role
from bot.command import Command
from bot.feature import Deed, Feature, Thing
from bot.text.wording import say
from commands.decisions.openly import openly
from commands.funding import backing, board, ideas, lookups

COMMANDS = (
    Command(
        name="idea",
        grouped="funding idea",
        about=say("put an idea to be backed in a funding round"),
        also=say("new idea, i have an idea, my idea, suggest, bucket"),
        decide=ideas.put,
        wants=ideas.words_of_open,
        args=ideas.IdeaArgs,
        examples=(
            "idea A second oven --min 300 --max 800",
            "idea Paint for the hall --min 120",
        ),
        undo="cancel K3",
    ),
    Command(
        name="ideas",
        grouped="funding ideas",
        about=say("the ideas of the funding rounds, those with the most first"),
        also=say("what ideas are there, list of ideas, which ideas, my ideas"),
        decide=board.ideas,
        wants=board.ideas_queries,
        args=board.IdeasArgs,
        examples=("ideas", "ideas --mine", "ideas --round F1"),
    ),
    Command(
        name="ideas change",
        grouped="funding idea-change",
        about=say("change your idea as long as nobody backs it"),
        also=say("edit idea, change idea"),
        decide=ideas.change,
        wants=lookups.idea_queries,
        args=ideas.IdeasChangeArgs,
        examples=("ideas change K3 --min 200 --max 600", "ideas change K3 A used second oven"),
    ),
    Command(
        name="ideas accept",
        grouped="funding idea-accept",
        about=say("take the money of an idea before the round closes, once it has its least"),
        decide=openly(backing.accept),
        wants=lookups.idea_queries,
        args=backing.IdeaRefArgs,
        examples=("ideas accept K3",),
    ),
    Command(
        name="ideas approve",
        grouped="funding idea-approve",
        about=say("let an idea be backed, where a coordinator looks at each first"),
        decide=ideas.approve,
        wants=lookups.idea_queries,
        role=Role.COORDINATOR,
        args=backing.IdeaRefArgs,
        examples=("ideas approve K3",),
    ),
    Command(
        name="back",
        grouped="funding back",
        discreet=True,
        about=say("give an idea some of your share; again to change how much"),
        also=say("fund idea, give to idea, back idea, put money on, put money into"),
        decide=openly(backing.back),
        wants=lookups.idea_queries,
        args=backing.BackArgs,
        examples=("back K3 50 EUR",),
        undo="unback K3",
    ),
    Command(
        name="unback",
        grouped="funding unback",
        discreet=True,
        about=say("take back what you gave to an idea"),
        also=say("stop backing, take my money back from, take back my backing, withdraw backing"),
        decide=backing.unback,
        wants=lookups.idea_queries,
        args=backing.IdeaRefArgs,
        examples=("unback K3",),
    ),
)

FEATURE = Feature(
    name="ideas",
    commands=COMMANDS,
    thing=Thing(
        letter="K",
        show=Deed(board.show_idea, lookups.idea_queries),
        why=Deed(board.show_idea, lookups.idea_queries),
        close=Deed(backing.accept, lookups.idea_queries),
        cancel=Deed(ideas.withdraw, lookups.idea_queries),
        suggested=board.ideas_suggested,
        title=board.idea_headed,
    ),
)
"""The ideas in them."""
