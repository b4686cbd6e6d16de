"""What the log may hold of a bug: where it was and of what kind, never what somebody had said."""

from __future__ import annotations


class Bug(Exception):  # noqa: N818 - a bug is what it stands for
    """Stands for an exception whose own words may repeat a message; says its kind."""


def wordless(bug: BaseException) -> Bug:
    """The same bug for the log: its traceback and its causes, without their words."""
    kind = type(bug)
    found = Bug(f"{kind.__module__}.{kind.__qualname__}").with_traceback(bug.__traceback__)
    before = bug.__cause__ or (None if bug.__suppress_context__ else bug.__context__)
    found.__cause__ = wordless(before) if before is not None and before is not bug else None
    found.__suppress_context__ = True
    return found
