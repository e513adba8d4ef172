"""Notifications in words, written when they are read or sent, and short enough for any phone."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from homecharge.domain.money import rounded
from homecharge.domain.notifications import NoticeKind, Notification, Urgency
from homecharge.domain.revisions import digest_of
from homecharge.domain.session_state import Session, Status
from homecharge.domain.texts.catalogue import first_known
from homecharge.domain.texts.values import DEVICE, Reader, money_text, spoken
from homecharge.domain.wording import Action, RejectionText, ShortfallText, rejection_text, shortfall_text
from homecharge.domain.wording_notices import check_text

TITLE_BYTES, BODY_BYTES = 120, 900
"""With what stands around them less than 2 KB."""
CARD = "tag"
"""The parameter of a reason that is a card's number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationView:
    """The contract's notification."""

    id: str
    kind: NoticeKind
    at: datetime
    expires_at: datetime
    collapse_key: str
    urgency: Urgency
    title: str
    body: str
    link: str | None
    actions: tuple[Action, ...]
    session_id: str | None
    reference: str | None
    charger_id: str | None
    read_at: datetime | None

    @property
    def revision(self) -> int:
        """Of all that is shown."""
        return digest_of(self)


def notification_text(
    notification: Notification, reader: Reader, *, session: Session | None, recovery: Status | None = None
) -> NotificationView:
    """A notification as its reader sees it. It names no card.

    `recovery` is the status of the try that follows its session.
    """
    words = reader.language.notifications[notification.kind]
    known = {
        "charger": notification.charger_name,
        "problem": _problem(notification.params, reader),
        **_facts(session, reader),
    }
    parameters = spoken({**known, **notification.params}, reader, about=notification.at)
    title = words.title
    body, actions = first_known(words.detail, parameters), _actions_of(notification.params)
    refused, fell_short = _reasons(session, reader, recovery=recovery)
    if notification.kind in {NoticeKind.REJECTED, NoticeKind.CANCELLED} and refused is not None:
        title = refused.headline
        after = refused.advice if notification.kind is NoticeKind.REJECTED else body
        body, actions = f"{refused.detail} {after}", (refused.action,) if refused.action else ()
    elif notification.kind is NoticeKind.ENDED_SHORT and fell_short is not None:
        body = f"{fell_short.detail} {fell_short.advice}"
    return NotificationView(
        id=notification.id,
        kind=notification.kind,
        at=notification.at,
        expires_at=notification.expires_at,
        collapse_key=notification.collapse_key,
        urgency=notification.urgency,
        title=shortened(title, TITLE_BYTES),
        body=shortened(body.strip(), BODY_BYTES),
        link=_link_of(notification),
        actions=actions,
        session_id=notification.session_id,
        reference=notification.reference,
        charger_id=notification.charger_id,
        read_at=notification.read_at,
    )


def shortened(text: str, most: int) -> str:
    """The text, cut at a word where it has more bytes in UTF-8."""
    if len(text.encode()) <= most:
        return text
    kept = text.encode()[: most - len("…".encode())].decode(errors="ignore")
    return f"{kept.rpartition(' ')[0] or kept}…"


def _facts(session: Session | None, reader: Reader) -> dict[str, Any]:
    if session is None:
        return {}
    cost = session.cost
    evidence = (session.rejection or {}).get("evidence", ())
    return {
        "started_at": session.started_at,
        "ended_at": session.ended_at,
        "energy_wh": session.energy_wh,
        "cost": None if cost is None else money_text(rounded(cost, session.cost_currency or ""), reader.language),
        DEVICE: next((fact["value"] for fact in evidence if fact["fact"] == DEVICE), None),
    }


def _reasons(
    session: Session | None, reader: Reader, *, recovery: Status | None
) -> tuple[RejectionText | None, ShortfallText | None]:
    if session is None:
        return None, None
    kept = session.rejection
    if kept is not None:
        nameless = {name: value for name, value in kept.get("params", {}).items() if name != CARD}
        session = dataclasses.replace(session, rejection={**kept, "params": nameless})
    return (
        rejection_text(session, reader, recovery=recovery),
        shortfall_text(session, reader, recovery=recovery),
    )


def _problem(params: Mapping[str, Any], reader: Reader) -> str | None:
    """What stands in the way of a charge, as the outlook says it."""
    code = params.get("code")
    if code is None:
        return None
    known = {name: value for name, value in params.get("params", {}).items() if name != CARD}
    return check_text(code, "fails", reader, variant=params.get("variant"), params=known)


def _actions_of(params: Mapping[str, Any]) -> tuple[Action, ...]:
    action = params.get("action")
    return () if action is None else (Action(*action),)


def _link_of(notification: Notification) -> str | None:
    """Where an app goes when it is tapped: the resource, as the API names it."""
    if notification.session_id is not None:
        return f"/v1/sessions/{notification.session_id}"
    if (schedule_id := notification.params.get("schedule_id")) is not None:
        return f"/v1/schedules/{schedule_id}"
    return None if notification.charger_id is None else f"/v1/chargers/{notification.charger_id}"
