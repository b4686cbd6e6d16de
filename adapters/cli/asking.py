"""Questions at the terminal: a wrong answer is told and asked for again, and one can go back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import typer

BACK = "<"
"""What is typed to go a question back."""


class Back(Exception):  # noqa: N818 - an answer, not an error
    """Somebody wants to answer the question before anew."""


Step = Callable[[], None]


def asked(question: str, usual: str = "", *, shown: str = "", hidden: bool = False) -> str:
    """What somebody answers; `usual` where that is nothing, `shown` in its place. Raises Back."""
    offered = f" [{shown or usual}]" if shown or usual else ""
    answer = typer.prompt(f"{question}{offered}", default="", show_default=False, hide_input=hidden)
    typed = str(answer).strip()
    if typed == BACK:
        raise Back
    return typed or usual


def agreed(question: str, *, usual: bool) -> bool:
    """Whether somebody says yes; asked again until it is yes or no. Raises Back."""
    while True:
        typed = asked(question, "yes" if usual else "no").lower()
        if typed in {"y", "yes"}:
            return True
        if typed in {"n", "no"}:
            return False
        tell(f"“{typed}” is neither yes nor no.")


def fitting(question: str, usual: str, wrong: Callable[[str], str], *, shown: str = "") -> str:
    """An answer of which `wrong` says nothing; what it says is told, and asked again. Raises Back."""
    while True:
        typed = asked(question, usual, shown=shown)
        if not (told := wrong(typed)):
            return typed
        tell(told)


def tell(wrong: str) -> None:
    """Say what is wrong with an answer."""
    typer.echo(wrong, err=True)


def walk(steps: Sequence[Step]) -> None:
    """Ask one step after the other; whoever goes back from the first is asked that again."""
    number = 0
    while number < len(steps):
        try:
            steps[number]()
        except Back:
            number = max(number - 1, 0)
        else:
            number += 1
