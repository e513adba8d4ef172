"""Stored reasons in words: why a try did not charge, or fell short, written when it is read (rejections.md)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from homecharge.domain.authorization_codes import Code as AuthorizationCode
from homecharge.domain.rejections import CATALOGUE, ActionKind, Category, Code, FixBy, Tone
from homecharge.domain.session_state import PARTNER_START, Session, Status
from homecharge.domain.texts.catalogue import Language, ReasonText, first_known, refined
from homecharge.domain.texts.values import WHO, Reader, as_instant, spoken
from homecharge.domain.times import rfc3339

_VARIANT_ACTIONS: Mapping[tuple[Code, str | None], ActionKind | None] = {
    (Code.CHARGER_OFFLINE, "wrong_password"): None,
    (Code.CHARGER_OFFLINE, "password_missing"): None,
    (Code.CHARGER_OFFLINE, "unsupported_protocol"): None,
    (Code.CHARGER_OFFLINE, "outage"): None,
    (Code.CHARGER_FAULTED, "power_lost"): None,
    (Code.CHARGER_FAULTED, "restart"): None,
    (Code.CHARGER_UNAVAILABLE, "firmware"): None,
    (Code.NOT_AUTHORIZED, "free_vend"): None,
    **{(Code.NOT_AUTHORIZED, code.value): ActionKind.CONTACT_SUPPORT for code in AuthorizationCode},
    **{(Code.NOT_AUTHORIZED, code): ActionKind.PAIR_CARD for code in ("A10", "A20", "A30", "A32")},
    **{(Code.NOT_AUTHORIZED, code): None for code in ("A31", "A70")},
}
_DECISIONS: Mapping[str | None, AuthorizationCode] = {code.value: code for code in AuthorizationCode}
_OF_THE_LOCATION = frozenset({ActionKind.ADD_TARIFF, ActionKind.PAIR_CARD})


@dataclass(frozen=True, slots=True)
class Action:
    """The one thing to do; `target` is the id of the charger or location it is done to, for support the reference."""

    kind: ActionKind
    target: str


@dataclass(frozen=True, slots=True)
class Also:
    """Another reason that held."""

    code: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceText:
    """A fact, the instant it was learnt, and the sentence that says it."""

    at: datetime
    fact: str
    value: str | int | None
    text: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectionText:
    """The contract's `rejection`."""

    code: str
    headline: str
    title: str
    detail: str
    advice: str
    tone: Tone
    category: Category
    fix_by: FixBy
    act_before: datetime | None
    action: Action | None
    also: tuple[Also, ...]
    evidence: tuple[EvidenceText, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortfallText:
    """The contract's `shortfall`."""

    code: str
    title: str
    missing_wh: int | None
    detail: str
    advice: str
    evidence: tuple[EvidenceText, ...]


def reason_text(language: Language, code: Code, variant: str | None) -> ReasonText:
    """The words of a code, with those of its variant where it has its own: a card's is how it was decided on."""
    base, special = language.reasons[code], language.variants.get((code, variant or ""), ReasonText())
    if code is Code.NOT_AUTHORIZED and variant in _DECISIONS:
        special = language.authorizations[_DECISIONS[variant]]
    return refined(base, special)


def tone_of(code: Code, category: Category) -> Tone:
    """Satisfied and cancelled are neutral; a car that just took nothing is worth a look."""
    if category is Category.SATISFIED:
        return Tone.NEUTRAL
    return Tone.WARNING if code is Code.BATTERY_FULL else CATALOGUE[code].tone


def people_named(session: Session) -> set[str]:
    """The ids of the accounts that a session's reason names, for `Reader.people`."""
    asked = ((session.rejection or {}).get("params", {}).get(WHO), session.stop_requested_by)
    return {account_id for account_id in asked if account_id is not None}


def rejection_text(session: Session, reader: Reader, *, recovery: Status | None = None) -> RejectionText | None:
    """A rejected session's reason in words; advice names the time to act before while a further try may come of it.

    `recovery` is the status of the try that follows. Once that has begun, this one asks nothing of anybody: what is
    left to do, that one says.
    """
    kept = session.rejection
    if kept is None:
        return None
    code, variant, category = Code(kept["code"]), kept.get("variant"), Category(kept["category"])
    words = reason_text(reader.language, code, variant)
    may_follow = recovery is not None or session.open_until is not None
    act_before = _act_before(session) if may_follow and category is Category.RETRIABLE else None
    parameters = _parameters(session, kept.get("params", {}), act_before if recovery is None else None, reader)
    detail = first_known(words.detail, parameters)
    if kept["exhausted"]:
        detail = f"{detail} {reader.language.exhausted.format_map(parameters)}"
    advice = _sentence(first_known(words.advice, parameters))
    if PARTNER_START in session.flags:
        advice = reader.language.partner_starts.get(code, advice)
    if _has_begun(recovery):
        advice = reader.language.tried_again
    return RejectionText(
        code=code.value,
        headline=words.headline,
        title=words.title,
        detail=_sentence(detail),
        advice=advice,
        tone=tone_of(code, category),
        category=category,
        fix_by=FixBy(kept["fix_by"]),
        act_before=act_before,
        action=None if _has_begun(recovery) else _action(session, code, variant, category),
        also=tuple(Also(other, reader.language.reasons[Code(other)].title) for other in kept["also"]),
        evidence=evidence_texts(kept["evidence"], reader, about=session.at),
    )


def shortfall_text(session: Session, reader: Reader, *, recovery: Status | None = None) -> ShortfallText | None:
    """Why a completed session gave less than its need, in words."""
    kept = session.shortfall
    if kept is None:
        return None
    code, language = kept["code"], reader.language
    base = language.shortfalls.get(code, ReasonText(title=_humanised(code)))
    words = refined(base, language.shortfall_variants.get((code, kept.get("variant") or ""), ReasonText()))
    facts = {"missing_wh": kept.get("missing_wh")} | kept.get("params", {})
    parameters = _parameters(session, facts, session.open_until if recovery is None else None, reader)
    advice = reader.language.tried_again if _has_begun(recovery) else _sentence(first_known(words.advice, parameters))
    return ShortfallText(
        code=code,
        title=words.title,
        missing_wh=kept.get("missing_wh"),
        detail=_sentence(first_known(words.detail, parameters)) or words.title,
        advice=advice,
        evidence=evidence_texts(kept.get("evidence", ()), reader, about=session.at),
    )


def evidence_texts(
    evidence: Iterable[Mapping[str, Any]], reader: Reader, *, about: datetime
) -> tuple[EvidenceText, ...]:
    """Each stored fact with its sentence; a fact without one in the catalogue is still shown, plainly."""
    return tuple(_evidence_text(fact, reader, about=about) for fact in evidence)


def _evidence_text(kept: Mapping[str, Any], reader: Reader, *, about: datetime) -> EvidenceText:
    fact, value = kept["fact"], kept.get("value")
    said = spoken({"value": value, "amount": value, WHO: value}, reader, about=about)
    known = first_known(reader.language.facts.get(fact, ()), said)
    plain = reader.language.unknown_fact.format(fact=_humanised(fact), value=said.get("value", "–"))
    instant = as_instant(value)
    return EvidenceText(
        at=datetime.fromisoformat(kept["at"]),
        fact=fact,
        value=value if instant is None else rfc3339(instant),
        text=_sentence(known or plain),
        source=kept["source"],
    )


def action_of(session: Session) -> Action | None:
    """The one thing to do about a rejected session, if there is one."""
    kept = session.rejection
    if kept is None:
        return None
    return _action(session, Code(kept["code"]), kept.get("variant"), Category(kept["category"]))


def _act_before(session: Session) -> datetime | None:
    last, ended_at = session.last_feasible_start, session.ended_at
    return last if last is not None and (ended_at is None or last > ended_at) else None


def _parameters(
    session: Session, params: Mapping[str, Any], act_before: datetime | None, reader: Reader
) -> dict[str, str]:
    known: dict[str, Any] = {"attempt": session.attempt, WHO: session.stop_requested_by, **params}
    if act_before is not None and reader.now < act_before:
        known["before"] = act_before
        if session.window_end is not None and session.window_end > act_before:
            known["end"] = session.window_end
    return spoken(known, reader, about=session.at)


def _has_begun(recovery: Status | None) -> bool:
    return recovery not in {None, Status.PLANNED}


def _action(session: Session, code: Code, variant: str | None, category: Category) -> Action | None:
    kind = _VARIANT_ACTIONS.get((code, variant), CATALOGUE[code].action)
    if kind is None or category is Category.SATISFIED:
        return None
    if kind is ActionKind.CONTACT_SUPPORT:
        return Action(kind, session.reference)
    return Action(kind, session.location_id if kind in _OF_THE_LOCATION else session.charger_id)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _humanised(code: str) -> str:
    return _sentence(code.replace("_", " "))
