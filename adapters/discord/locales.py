"""Discord's locales (Reference, Locales) and our languages."""

from __future__ import annotations

LOCALES = (
    *("bg", "cs", "da", "de", "el", "en-GB", "en-US", "es-419", "es-ES", "fi", "fr", "hi", "hr"),
    *("hu", "id", "it", "ja", "ko", "lt", "nl", "no", "pl", "pt-BR", "ro", "ru", "sv-SE", "th"),
    *("tr", "uk", "vi", "zh-CN", "zh-TW"),
)


def locales_of(language: str) -> list[str]:
    """The locales whose readers understand a language: all of `es` for es, one for pt-BR."""
    exact = [locale for locale in LOCALES if locale == language]
    short = language.partition("-")[0]
    # Bokmål is what Discord calls Norwegian.
    short = "no" if short in {"nb", "nn"} else short
    return exact or [locale for locale in LOCALES if locale.partition("-")[0] == short]
