"""Compiles the catalogues of messages whenever the package is built."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileCatalogues(BuildHookInterface[Any]):
    """A hook of hatchling's; it compiles what `pybabel compile` would."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - theirs
        """Write a `.mo` beside every `.po`; the wheel takes them along as artifacts."""
        for source in sorted(Path(self.root, "bot", "locales").glob("*/LC_MESSAGES/talkoot.po")):
            with source.open("rb") as file:
                catalogue = read_po(file, locale=source.parent.parent.name, domain="talkoot")
            with source.with_suffix(".mo").open("wb") as file:
                write_mo(file, catalogue)
