"""A decision about a card in words: what was looked at, what was found, and what can be done about it."""

import dataclasses
from datetime import datetime

from homecharge.domain.authorization_trace import OF_OTHERS, Param, Step, TraceStep
from homecharge.domain.authorization_view import Authorization, AuthorizationView, TraceText
from homecharge.domain.masking import mask_tag
from homecharge.domain.texts.catalogue import ReasonText, first_known, refined
from homecharge.domain.texts.values import Reader, spoken

_TELLING = frozenset({Step.LIVE_CHECK, Step.PAIRING, Step.REMOTE_START})
"""The steps whose findings tell more than the code."""


def authorization_text(authorization: Authorization, reader: Reader) -> AuthorizationView:
    """A decision as staff are shown it."""
    words = _words(authorization, reader)
    known = spoken(_params(authorization), reader, about=authorization.at)
    return AuthorizationView(
        authorization=authorization,
        detail=_sentence(first_known(words.detail, known)),
        advice=_sentence(first_known(words.advice, known)) or None,
        trace=tuple(_step_text(step, reader, about=authorization.at) for step in authorization.trace),
    )


def as_members_see(authorization: Authorization) -> Authorization:
    """A decision without what belongs to others: the uid masked, and nothing that names their things."""
    trace = tuple(
        dataclasses.replace(step, params={name: value for name, value in step.params.items() if name not in OF_OTHERS})
        for step in authorization.trace
    )
    return dataclasses.replace(authorization, uid=mask_tag(authorization.uid), trace=trace, message_id=None)


def _words(authorization: Authorization, reader: Reader) -> ReasonText:
    language, code = reader.language, authorization.code
    if code is None:
        return ReasonText(detail=(language.authorization_pending,))
    said = [step.finding for step in authorization.trace if step.step in _TELLING]
    variant = language.authorization_variants.get((code, said[-1] if said else ""), ReasonText())
    return refined(language.authorizations[code], variant)


def _params(authorization: Authorization) -> dict[str, Param]:
    """All that the trace knows, the later steps first; and who the provider is, where no step says so."""
    issuer = authorization.provider
    known: dict[str, Param] = {}
    if issuer is not None:
        known |= {"provider": issuer.name, "party": issuer.party, "contact": issuer.contact}
    for step in authorization.trace:
        known |= step.params
    return known


def _step_text(step: TraceStep, reader: Reader, *, about: datetime) -> TraceText:
    """A finding without words is still shown, plainly: an old trace may have what nobody finds any more."""
    language = reader.language
    words = language.findings.get((step.step, step.finding), ReasonText())
    known = spoken(step.params, reader, about=about)
    detail = first_known(words.detail, known) or f"{step.finding.replace('_', ' ').capitalize()}."
    return TraceText(
        step=step.step,
        title=language.trace_steps[step.step],
        state=step.state,
        detail=_sentence(detail),
        advice=_sentence(first_known(words.advice, known)) or None,
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
