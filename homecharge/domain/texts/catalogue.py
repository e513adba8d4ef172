"""What a language must say, and how a sentence is picked: the most telling one whose parameters are all known."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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

    `partner_starts` is the advice on starts that mobility partners asked for, in place of that to drivers.
    `causes`, `variants` and `shortfall_variants` refine `steps`, `reasons` and `shortfalls`. `words` are the project's
    own terms inside a sentence ("boost" is "a Boost"), `schedules` the parts of a schedule in one line, `plans` what
    stands in the picture of a plan, `statement` on a statement of sessions, `insights` in the charts of a month,
    `plan_shortfalls` why a plan gives less than was asked of it, `moments` how instants and days are said.
    `authorizations` are decisions about cards, `authorization_variants` refine them by what a provider said, or by what
    a tap was to a pairing; `trace_steps` is what a decision looked at, `findings` what it found there, and what can be
    done about that, if anything. `deeds` is what has become of what the people of a home asked of their charger,
    `attention` what they should look at, `notifications` what they are told, by kind, `mails`
    what is mailed about their account, by kind and part, `codes` our codes as a table shows them, `problems` what
    went wrong on a page. Placeholders are parameter names;
    before that of an instant, `at_`, `since_`, `until_` or `before_` take the preposition along, which in some
    languages depends on whether a day is named. `format_map` fills them.

    All fields but `tag`, `conventions` and `elsewhere` are made of texts, and are translated text by text
    (`texts.translating`). `elsewhere` are the translations of sentences that stand where they are said, in the pages of
    the console: by the English, and none in English (`say`).
    """

    tag: str
    conventions: Conventions
    reasons: Mapping[Code, ReasonText]
    variants: Mapping[tuple[Code, str], ReasonText]
    partner_starts: Mapping[Code, str]
    exhausted: str
    tried_again: str
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
    codes: Mapping[str, str]
    problems: Mapping[str, str]
    elsewhere: Mapping[str, str] = field(default_factory=dict)

    def translation_of(self, sentence: str) -> str:
        """Of a sentence that `homecharge texts update` found where it is said; itself where there is none."""
        return self.elsewhere.get(sentence, sentence)

    def say(self, sentence: str, **values: object) -> str:
        """A sentence given in English, with its placeholders filled; `homecharge texts update` collects these calls."""
        return self.translation_of(sentence).format_map(values)

    def name_of(self, code: str, kind: str = "") -> str:
        """A code as a table shows it; `kind` tells apart what has the same code ("request", "manual")."""
        named = self.codes.get(f"{kind}.{code}") or self.codes.get(code)
        return named or code.replace("_", " ").capitalize()


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
