"""What changes, as `GET /v1/events` tells it to whoever listens: as an app does, it resumes where it was cut off."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Protocol

from httpx_sse import ServerSentEvent, SSEError

from homecharge.simulator.demo.api import NO_ANSWER

PATH = "/v1/events"
END = "end"
AGAIN_S = 2.0


class Source(Protocol):
    """An open stream, as `httpx_sse.EventSource` is one."""

    def aiter_sse(self) -> AsyncIterator[ServerSentEvent]:
        """The events, to its end."""
        ...


class Listening(Protocol):
    """Whoever opens streams, as `Api` does."""

    def listen(self, path: str, last_event_id: str | None, /) -> contextlib.AbstractAsyncContextManager[Source]:
        """One that goes on from that event; raises one of NO_ANSWER."""
        ...


async def events(api: Listening, *, again_s: float = AGAIN_S) -> AsyncIterator[ServerSentEvent]:
    """One after the other, until it is left; a stream that ends is followed by another one, from the last event on."""
    last_id: str | None = None
    while True:
        with contextlib.suppress(*NO_ANSWER, SSEError):
            async with api.listen(PATH, last_id) as source:
                async for event in source.aiter_sse():
                    if event.event == END:  # the token is over, or the server stops
                        break
                    last_id = event.id or last_id
                    yield event
        await asyncio.sleep(again_s)
