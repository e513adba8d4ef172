"""Signed POSTs as Standard Webhooks has them: an id to know repeats by, an instant, an HMAC over both and the body."""

import base64
import hashlib
import hmac
from datetime import datetime
from http import HTTPStatus

from homecharge.adapters.outbound import Outbound, OutboundFailed
from homecharge.ports.notifier import Hook, NotDelivered

PREFIX = "whsec_"
WITHIN_S = 15.0
MOST_BYTES = 64 * 1024


class WebhookPoster:
    """Implements `ports.notifier.HookPoster`."""

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound

    async def post(self, hook: Hook, *, now: datetime) -> bytes:
        """410 Gone is final (they want no more); every other answer but 2xx may change its mind."""
        timestamp = str(int(now.timestamp()))
        headers = {
            "Content-Type": "application/json",
            "webhook-id": hook.id,
            "webhook-timestamp": timestamp,
            "webhook-signature": f"v1,{sign(hook.secret, hook.id, timestamp, hook.body)}",
        }
        try:
            answer = await self._outbound.ask(
                "POST", hook.url, headers=headers, content=hook.body, within_s=WITHIN_S, most_bytes=MOST_BYTES
            )
        except OutboundFailed as failed:
            raise NotDelivered(failed.reason) from failed
        if not HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
            raise NotDelivered(f"HTTP {answer.status}", is_final=answer.status == HTTPStatus.GONE)
        return answer.body


def sign(secret: str, id_: str, timestamp: str, body: bytes) -> str:
    """The signature in base64; `secret` is base64 behind its prefix."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.digest(key, f"{id_}.{timestamp}.".encode() + body, hashlib.sha256)).decode()
