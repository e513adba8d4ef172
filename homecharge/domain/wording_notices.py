"""Short sentences by code: steps of a timeline, what a session waits for, warnings, and the checks before a start."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from homecharge.domain.rejections import Code
from homecharge.domain.texts.catalogue import Sentences, first_known
from homecharge.domain.texts.values import WHO, Reader, spoken
from homecharge.domain.timeline import Step, StepKind
from homecharge.domain.wording import reason_text


def step_text(step: Step, reader: Reader) -> str:
    """What happened, in one sentence; a rejection says its reason."""
    language = reader.language
    if step.kind is StepKind.REJECTED and (headline := _headline(step, reader)):
        return f"{headline}."
    special = language.causes.get((step.kind, step.cause or ""), ())
    parameters = {"cause": step.cause, WHO: step.actor_id, **step.detail}
    return _said((*special, *language.steps[step.kind]), parameters, reader, about=step.at, code=step.kind)


def waiting_text(code: str, reader: Reader, *, until: datetime | None, due_at: datetime | None = None) -> str:
    """What a session waits for, and until when where that is known; `due_at` where its start is planned."""
    known = {"until": until, "due_at": due_at}
    return _said(reader.language.waiting.get(code, ()), known, reader, about=reader.now, code=code)


def warning_text(code: str, params: Mapping[str, Any], reader: Reader) -> str:
    """A warning that goes with an answer."""
    return _said(reader.language.warnings.get(code, ()), params, reader, about=reader.now, code=code)


def check_text(
    code: str, state: str, reader: Reader, *, variant: str | None = None, params: Mapping[str, Any] | None = None
) -> str:
    """A check of the outlook: `ok` and `unknown` have sentences of their own.

    `fails` says what the rejection would, save where that tells of a time that has not come yet.
    """
    sentences = reader.language.checks.get((code, state), ())
    if not sentences and state == "fails" and code in set(Code):
        sentences = reason_text(reader.language, Code(code), variant).detail
    return _said(sentences, params or {}, reader, about=reader.now, code=code)


def _said(sentences: Sentences, params: Mapping[str, Any], reader: Reader, *, about: datetime, code: str) -> str:
    text = first_known(sentences, spoken(params, reader, about=about)) or code.replace("_", " ")
    return text[:1].upper() + text[1:]


def _headline(step: Step, reader: Reader) -> str:
    code = step.detail.get("code") or step.cause
    return reason_text(reader.language, Code(code), step.cause).headline if code in set(Code) else ""
