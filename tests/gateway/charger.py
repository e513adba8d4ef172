"""A charger's end of the line: frames out and in, without any knowledge of OCPP beyond their brackets."""

import base64
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from websockets.asyncio.client import ClientConnection, connect

PASSWORD = "0123456789abcdef0123"
Json = Any
HEARTBEAT = [2, "beat", "Heartbeat", {}]


class Charger:
    """One socket of a charger."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def send(self, frame: Json) -> None:
        """Send a JSON frame, or a str as it is."""
        await self.socket.send(frame if isinstance(frame, str | bytes) else json.dumps(frame))

    async def receive(self) -> Json:
        """The next frame."""
        return json.loads(await self.socket.recv())

    async def ask(self, action: str, payload: Mapping[str, Any], *, id_: str = "1") -> Json:
        """Call, and return the frame that answers."""
        await self.send([2, id_, action, payload])
        return await self.receive()

    async def is_served(self) -> bool:
        """Whether the line is alive: a Heartbeat gets its answer next."""
        await self.send(HEARTBEAT)
        answer = await self.receive()
        return answer[:2] == [3, "beat"]


def basic(user: str, password: str) -> dict[str, str]:
    """The header of HTTP Basic credentials."""
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def dial(
    port: int,
    identity: str = "CP-1",
    *,
    path: str | None = None,
    headers: Mapping[str, str] | None = None,
    subprotocols: list[str] | None = None,
    **options: Any,
) -> connect:
    """A connection attempt, with the right credentials unless others are given."""
    return connect(
        f"ws://127.0.0.1:{port}{path if path is not None else '/ocpp/' + quote(identity)}",
        subprotocols=["ocpp1.6"] if subprotocols is None else subprotocols,
        additional_headers=basic(identity, PASSWORD) if headers is None else headers,
        compression=None,
        proxy=None,
        **{"ping_interval": None, "close_timeout": 0.5, **options},
    )
