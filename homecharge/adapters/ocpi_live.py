"""Real-time authorization by OCPI 2.2.1: `POST {live_url}/tokens/{uid}/authorize` (12.2.2.2 of its Tokens module)."""

import base64
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import orjson

from homecharge.adapters.outbound import Outbound, OutboundAnswer, OutboundFailed, OutboundTimeout, OutboundUnreadable
from homecharge.domain.live_answers import LiveAnswer, LiveVerdict, LiveWish
from homecharge.domain.masking import mask_tag_in

MOST_BYTES = 64 * 1024
LONGEST_DETAIL = 200
LONGEST_REFERENCE = 36
SUCCESS = range(1000, 2000)
UNKNOWN_TOKEN = 2004
ALLOWED_TYPES = {
    "ALLOWED": LiveVerdict.ALLOWED,
    "BLOCKED": LiveVerdict.BLOCKED,
    "EXPIRED": LiveVerdict.EXPIRED,
    "NO_CREDIT": LiveVerdict.NO_CREDIT,
    "NOT_ALLOWED": LiveVerdict.NOT_ALLOWED,
}


class OcpiLiveAuthorizer:
    """Implements `ports.live_authorizer.LiveAuthorizer` through the one door that leads out.

    A charger's id is its EVSE's uid.
    """

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound

    async def ask(self, wish: LiveWish) -> LiveAnswer:
        """One request; the card holder waits, so that it is never repeated."""
        if wish.live_url is None:
            return LiveAnswer(verdict=LiveVerdict.NO_ADDRESS)
        try:
            answer = await self._outbound.ask(
                "POST",
                _url(wish.live_url, wish),
                headers=_headers(wish),
                content=_references(wish),
                within_s=wish.timeout_s,
                most_bytes=MOST_BYTES,
            )
        except OutboundTimeout:
            return LiveAnswer(verdict=LiveVerdict.TIMEOUT, detail=f"no answer within {wish.timeout_s:g} s")
        except OutboundUnreadable as failed:
            return LiveAnswer(verdict=LiveVerdict.ERROR, detail=failed.reason)
        except OutboundFailed as failed:
            return LiveAnswer(verdict=LiveVerdict.UNREACHABLE, detail=failed.reason)
        return _read(answer, wish)


def _url(base: str, wish: LiveWish) -> str:
    uid = quote(wish.uid, safe="").replace(".", "%2E")  # `.` and `..` would be steps of the path
    return f"{base.rstrip('/')}/tokens/{uid}/authorize?type={quote(wish.token_type, safe='')}"


def _headers(wish: LiveWish) -> dict[str, str]:
    """A credentials token is sent in Base64 (OCPI 2.2.1, 4.1.2)."""
    headers = {
        "Content-Type": "application/json",
        "X-Request-ID": str(uuid4()),
        "X-Correlation-ID": str(uuid4()),
    }
    if wish.credentials is not None:
        headers["Authorization"] = f"Token {base64.b64encode(wish.credentials.encode()).decode()}"
    return headers


def _references(wish: LiveWish) -> bytes | None:
    """OCPI `LocationReferences`; nothing where we tell no location."""
    if wish.location_id is None:
        return None
    chargers = {} if wish.charger_id is None else {"evse_uids": [wish.charger_id]}
    return orjson.dumps({"location_id": wish.location_id, **chargers})


def _read(answer: OutboundAnswer, wish: LiveWish) -> LiveAnswer:
    """The status of HTTP first, then OCPI's, then what is allowed and for which token."""
    envelope = _json(answer.body)
    status = envelope.get("status_code") if isinstance(envelope, dict) else None
    is_ocpi = isinstance(status, int) and not isinstance(status, bool)
    if answer.status == HTTPStatus.NOT_FOUND:
        return _answer(LiveVerdict.UNKNOWN, "status 404", answer)
    if is_ocpi and status == UNKNOWN_TOKEN and answer.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return _answer(LiveVerdict.UNKNOWN, f"OCPI status {status}", answer)
    if not HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
        return _answer(LiveVerdict.ERROR, f"status {answer.status}", answer)
    if not is_ocpi:
        return _answer(LiveVerdict.ERROR, "no OCPI answer", answer)
    if status not in SUCCESS:
        return _answer(LiveVerdict.ERROR, f"OCPI status {status}", answer)
    data = envelope.get("data")
    return _judged(data if isinstance(data, dict) else {}, answer, wish)


def _json(body: bytes) -> Any:  # noqa: ANN401 - whatever a stranger sends
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None


def _judged(data: Mapping[str, Any], answer: OutboundAnswer, wish: LiveWish) -> LiveAnswer:
    """OCPI `AuthorizationInfo`."""
    allowed = data.get("allowed")
    verdict = ALLOWED_TYPES.get(allowed) if isinstance(allowed, str) else None
    if verdict is None:
        return _answer(LiveVerdict.ERROR, "an answer without a verdict that OCPI knows", answer)
    if not _is_about(data, wish):
        return _answer(LiveVerdict.ERROR, "an answer about another token", answer)
    if verdict is LiveVerdict.ALLOWED and not _is_allowed_here(data, wish):
        return _answer(LiveVerdict.NOT_ALLOWED, "allowed, but not at this charger", answer)
    return LiveAnswer(
        verdict=verdict,
        detail=_info(data, wish),
        status_code=answer.status,
        authorization_reference=_text(data.get("authorization_reference"), longest=LONGEST_REFERENCE),
    )


def _answer(verdict: LiveVerdict, detail: str, answer: OutboundAnswer) -> LiveAnswer:
    return LiveAnswer(verdict=verdict, detail=detail, status_code=answer.status)


def _is_about(data: Mapping[str, Any], wish: LiveWish) -> bool:
    """The token comes with the answer, so that a provider which mixes them up shows it; no uid shows nothing."""
    token = data.get("token")
    uid = token.get("uid") if isinstance(token, dict) else token
    return uid is None or (isinstance(uid, str) and uid.strip().casefold() == wish.uid.strip().casefold())


def _is_allowed_here(data: Mapping[str, Any], wish: LiveWish) -> bool:
    """Where a location is returned, only its EVSEs are allowed (`AuthorizationInfo.location`)."""
    location = data.get("location")
    chargers = location.get("evse_uids") if isinstance(location, dict) else None
    if not isinstance(chargers, list) or not chargers:
        return True
    return wish.charger_id is None or wish.charger_id in chargers


def _info(data: Mapping[str, Any], wish: LiveWish) -> str | None:
    """What the provider has to say (OCPI `DisplayText`), in one line and without the uid."""
    info = data.get("info")
    text = _text(info.get("text")) if isinstance(info, dict) else None
    return None if text is None else mask_tag_in(" ".join(text.split()), wish.uid) or None


def _text(value: object, *, longest: int = LONGEST_DETAIL) -> str | None:
    """Without control characters, which PostgreSQL stores in no text."""
    if not isinstance(value, str):
        return None
    return "".join(letter if letter.isprintable() else " " for letter in value)[:longest]
