"""What a language must say, and how a sentence is picked: the most telling one whose parameters are all known."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from homecharge.domain.authorization_codes import Code as CardCode
from homecharge.domain.authorization_trace import Step as TraceStep
from homecharge.domain.rejections import Code
from homecharge.domain.timeline import StepKind

Sentences: TypeAlias = tuple[str, ...]
"""The same thing said with ever fewer parameters; the last one needs none, so there is always one to say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonText:
    """The words of a reason. A variant leaves empty what it has in common with its code."""

    headline: str = ""
    title: str = ""
    detail: Sentences = ()
    advice: Sentences = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conventions:
    """How a language writes numbers and days; weekdays are counted from Monday, and short, as the months are."""

    decimal: str
    weekdays: tuple[str, ...]
    months: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """Every sentence people read about a charge, by the codes the rules write down.

    `causes`, `variants` and `shortfall_variants` refine `steps`, `reasons` and `shortfalls`. `words` are the project's
    own terms inside a sentence ("boost" is "a Boost"), `schedules` the parts of a schedule in one line, `plans` what
    stands in the picture of a plan, `statement` on a statement of sessions, `insights` in the charts of a month,
    `plan_shortfalls` why a plan gives less than was asked of it, `moments` how instants and days are said.
    `authorizations` are decisions about cards, `authorization_variants` refine them by what a provider said, or by what
    a tap was to a pairing; `trace_steps` is what a decision looked at, `findings` what it found there, and what can be
    done about that, if anything. `deeds` is what has become of what the people of a home asked of their charger,
    `attention` what they should look at, `notifications` what they are told, by kind, `mails`
    what is mailed about their account, by kind and part. Placeholders are parameter names;
    before that of an instant, `at_`, `since_`, `until_` or `before_` take the preposition along, which in some
    languages depends on whether a day is named. `format_map` fills them.

    All fields but `tag` and `conventions` are made of texts, and are translated text by text (`texts.translating`).
    """

    tag: str
    conventions: Conventions
    reasons: Mapping[Code, ReasonText]
    variants: Mapping[tuple[Code, str], ReasonText]
    exhausted: str
    shortfalls: Mapping[str, ReasonText]
    shortfall_variants: Mapping[tuple[str, str], ReasonText]
    steps: Mapping[StepKind, Sentences]
    causes: Mapping[tuple[StepKind, str], Sentences]
    facts: Mapping[str, Sentences]
    unknown_fact: str
    waiting: Mapping[str, Sentences]
    warnings: Mapping[str, Sentences]
    checks: Mapping[tuple[str, str], Sentences]
    schedules: Mapping[str, str]
    plans: Mapping[str, str]
    statement: Mapping[str, str]
    insights: Mapping[str, str]
    plan_shortfalls: Mapping[str, Sentences]
    words: Mapping[str, str]
    moments: Mapping[str, Sentences]
    authorizations: Mapping[CardCode, ReasonText]
    authorization_variants: Mapping[tuple[CardCode, str], ReasonText]
    authorization_pending: str
    trace_steps: Mapping[TraceStep, str]
    findings: Mapping[tuple[TraceStep, str], ReasonText]
    deeds: Mapping[tuple[str, str], str]
    attention: Mapping[str, ReasonText]
    notifications: Mapping[str, ReasonText]
    mails: Mapping[tuple[str, str], str]


def refined(base: ReasonText, variant: ReasonText) -> ReasonText:
    """The words of a variant, with those of its code where it has none of its own."""
    return ReasonText(
        headline=variant.headline or base.headline,
        title=variant.title or base.title,
        detail=variant.detail or base.detail,
        advice=variant.advice or base.advice,
    )


def first_known(sentences: Sentences, values: Mapping[str, str]) -> str:
    """The first sentence whose placeholders all have a value; empty when there is none."""
    for sentence in sentences:
        try:
            return sentence.format_map(values)
        except KeyError:
            continue
    return ""
