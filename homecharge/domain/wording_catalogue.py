"""The catalogue of reasons as it is shown before there is a session to speak of: sentences without parameters."""

from dataclasses import dataclass

from homecharge.domain.rejections import CATALOGUE, ActionKind, Category, Code, FixBy, Tone
from homecharge.domain.texts.catalogue import Language, first_known
from homecharge.domain.wording import reason_text, tone_of


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantEntry:
    """Other words for the same code."""

    variant: str
    headline: str
    title: str
    detail: str
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonEntry:
    """A code with its words, and those of its variants."""

    code: Code
    headline: str
    title: str
    detail: str
    advice: str
    tone: Tone
    category: Category
    fix_by: FixBy
    action: ActionKind | None
    variants: tuple[VariantEntry, ...]


def reasons(language: Language) -> list[ReasonEntry]:
    """Every reason, in the order in which they count."""
    return [_entry(language, code) for code in Code]


def _entry(language: Language, code: Code) -> ReasonEntry:
    row = CATALOGUE[code]
    variants = [variant for owner, variant in language.variants if owner is code]
    return ReasonEntry(
        code=code,
        tone=tone_of(code, row.category),
        category=row.category,
        fix_by=row.fix_by,
        action=row.action,
        variants=tuple(VariantEntry(variant=name, **_words(language, code, name)) for name in variants),
        **_words(language, code, None),
    )


def _words(language: Language, code: Code, variant: str | None) -> dict[str, str]:
    words = reason_text(language, code, variant)
    return {
        "headline": words.headline,
        "title": words.title,
        "detail": first_known(words.detail, {}),
        "advice": first_known(words.advice, {}),
    }
