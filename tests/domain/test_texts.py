import ast
import dataclasses
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from homecharge.adapters.catalogues import load_languages
from homecharge.domain.authorization_codes import Code as CardCode
from homecharge.domain.authorization_trace import Step as TraceStep
from homecharge.domain.endings import ShortfallCode
from homecharge.domain.home_cards import Tap
from homecharge.domain.live_answers import LiveVerdict
from homecharge.domain.members import Departure
from homecharge.domain.recoveries import Event
from homecharge.domain.rejections import Code
from homecharge.domain.session_state import Answer, StopReason
from homecharge.domain.texts.catalogue import Language, ReasonText, Sentences, first_known
from homecharge.domain.texts.en import ENGLISH
from homecharge.domain.timeline import StepKind
from homecharge.ports.charger_events import Refusal

PACKAGE = Path(__file__).parents[2] / "homecharge"
CANCELLATIONS = {
    "session_cancelled",
    "occurrence_skipped",
    "schedule_deleted",
    "schedule_disabled",
    "charger_deleted",
    *Departure,
    "stopped_before_start",
}
WITHDRAWN_AT = [TraceStep.TOKEN, TraceStep.REIMBURSEMENT, TraceStep.EARLIER_GRANT]
"""The steps at which a card may turn out not to be good any more."""
LANGUAGES = load_languages().by_tag
languages = pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)


@languages
@pytest.mark.parametrize("code", Code)
def test_every_code_has_every_text(language: Language, code: Code) -> None:
    words = language.reasons[code]

    assert words.headline
    assert words.title
    assert words.detail
    assert words.advice


NOT_OF_PARTNERS = {Code.RESTRICTED_HOURS, Code.SOLAR_UNAVAILABLE, Code.NOTHING_AFFORDABLE}
"""They bind no card."""


@languages
def test_every_code_that_a_start_for_a_partner_can_have_has_advice_for_it(language: Language) -> None:
    assert set(language.partner_starts) == set(Code) - NOT_OF_PARTNERS


@languages
def test_every_variant_the_rules_write_down_has_words_of_its_own(language: Language) -> None:
    written = {(code, variant) for code, variant in _variants_in_the_code()}
    written |= {(Code.CANCELLED, action) for action in CANCELLATIONS}
    written |= {(Code.CHARGER_OFFLINE, why) for why in Refusal if why is not Refusal.UNKNOWN_IDENTITY}

    assert written - set(language.variants) == set()


@languages
def test_every_fact_a_decision_uses_has_a_sentence(language: Language) -> None:
    used = set(_facts_in_the_code()) | CANCELLATIONS - {"stopped_before_start"}

    assert used - set(language.facts) == set()


@languages
def test_every_shortfall_has_every_text(language: Language) -> None:
    incomplete = {
        code
        for code in ShortfallCode
        if not (words := language.shortfalls[code]).title or not words.detail or not words.advice
    }

    assert incomplete == set()


@languages
def test_every_reason_to_stop_has_words(language: Language) -> None:
    assert set(StopReason) - set(language.words) == set()


@languages
def test_every_step_has_a_sentence_and_every_answer_and_ending_one_of_its_own(language: Language) -> None:
    answered = {(kind, answer) for kind in (StepKind.COMMAND_ANSWERED, StepKind.STOP_ANSWERED) for answer in Answer}
    ended = {(StepKind.COMPLETED, reason) for reason in StopReason}

    assert set(StepKind) - set(language.steps) == set()
    recovered = {(StepKind.PLANNED, event) for event in Event}
    assert (answered | ended | recovered) - set(language.causes) == set()


@languages
def test_every_decision_about_a_card_has_a_sentence_and_every_refusal_something_to_do(language: Language) -> None:
    assert set(CardCode) - set(language.authorizations) == set()
    assert {code for code, words in language.authorizations.items() if not words.detail} == set()
    assert {code for code, words in language.authorizations.items() if not words.advice} == {
        code for code in CardCode if code.is_grant
    }


@languages
def test_every_step_of_a_decision_says_what_it_looked_at_and_every_finding_what_it_found(language: Language) -> None:
    written = {*_findings_in_the_code(), *((TraceStep.PAIRING, tap.value) for tap in Tap)}

    assert len(written) > 20, "the calls are no longer found where they were"
    assert set(TraceStep) - set(language.trace_steps) == set()
    assert written - set(language.findings) == set()
    assert {found for found, words in language.findings.items() if not words.detail} == set()


@languages
def test_every_sentence_renders_with_and_without_its_parameters(language: Language) -> None:
    for sentences in _all_sentences(language):
        names = {name for sentence in sentences for name in _placeholders(sentence)}

        full, bare = first_known(sentences, dict.fromkeys(names, "x")), first_known(sentences, {})

        assert full, sentences
        assert bare, sentences
        assert "{" not in full + bare


@languages
def test_a_sentence_ends_and_a_headline_does_not(language: Language) -> None:
    reasons = list(_all_reasons(language))
    sentences = [sentence for words in reasons for sentence in (*words.detail, *words.advice)]
    headings = [heading for words in reasons for heading in (words.headline, words.title)]

    assert [sentence for sentence in sentences if not sentence.endswith(".")] == []
    assert [heading for heading in headings if heading.endswith(".")] == []


@languages
def test_advice_is_one_thing_to_do(language: Language) -> None:
    reasons = list(_all_reasons(language))

    assert [advice for words in reasons for advice in words.advice if advice.count(". ")] == []


def _all_reasons(language: Language) -> Iterator[ReasonText]:
    yield from (*language.reasons.values(), *language.variants.values())
    yield from (*language.shortfalls.values(), *language.shortfall_variants.values())
    yield from (*language.authorizations.values(), *language.authorization_variants.values())
    yield from language.findings.values()


def _all_sentences(language: Language) -> Iterator[Sentences]:
    for words in _all_reasons(language):
        yield from (sentences for sentences in (words.detail, words.advice) if sentences)
    yield from language.steps.values()
    yield from language.facts.values()
    yield from language.waiting.values()
    yield from language.warnings.values()
    yield from language.checks.values()
    yield from language.plan_shortfalls.values()
    for (kind, _), sentences in language.causes.items():
        yield (*sentences, *language.steps[kind])


def _placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def _calls(function: str) -> Iterator[dict[str, ast.expr]]:
    for module in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == function:
                yield {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}


def _facts_in_the_code() -> Iterator[str]:
    named = [call["fact"] for call in _calls("Evidence") if "fact" in call]
    yield from (node.value for node in named if isinstance(node, ast.Constant))
    yield "last_known_status"
    yield "stop_reason"


def _findings_in_the_code() -> Iterator[tuple[TraceStep, str]]:
    """What `Finding(Step.X, State.Y, "finding")` and `TraceStep(…)` say, the step named or passed on."""
    yield from ((TraceStep.LIVE_CHECK, verdict.value) for verdict in LiveVerdict)
    for module in PACKAGE.rglob("*.py"):
        for function in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef):
                yield from _findings_of(function)


def _findings_of(function: ast.FunctionDef) -> Iterator[tuple[TraceStep, str]]:
    is_given_one = any(argument.arg == "step" for argument in function.args.args)
    for call in ast.walk(function):
        if isinstance(call, ast.Call) and ast.unparse(call.func) in {"Finding", "TraceStep"} and len(call.args) > 2:
            steps = WITHDRAWN_AT if is_given_one else list(_steps_in(call.args[0])) or list(_steps_in(function))
            if isinstance(found := call.args[2], ast.Constant):
                yield from ((step, found.value) for step in steps)


def _steps_in(part: ast.AST) -> Iterator[TraceStep]:
    for node in ast.walk(part):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Step":
            yield TraceStep[node.attr]


def _variants_in_the_code() -> Iterator[tuple[Code, str]]:
    for call in _calls("Rejection"):
        code, variant = call.get("code"), call.get("variant")
        if isinstance(code, ast.Attribute) and isinstance(variant, ast.Constant) and variant.value:
            yield Code[code.attr], variant.value


def test_a_sentence_that_is_said_elsewhere_is_said_in_its_language_or_as_it_stands():
    german = dataclasses.replace(ENGLISH, elsewhere={"{count} chargers": "{count} Ladepunkte"})

    assert german.say("{count} chargers", count=3) == "3 Ladepunkte"
    assert german.say("{count} cards", count=3) == "3 cards"


def test_a_code_is_named_by_its_kind_first_and_else_by_its_own_letters():
    named = dataclasses.replace(ENGLISH, codes={"request.start": "Asked to start", "start": "Started"})

    assert named.name_of("start", "request") == "Asked to start"
    assert named.name_of("start", "manual") == named.name_of("start") == "Started"
    assert named.name_of("not_yet_known") == "Not yet known"
