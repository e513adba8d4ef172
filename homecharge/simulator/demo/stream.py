"""What changes, as `GET /v1/events` tells it to whoever listens: as an app does, it resumes where it was cut off."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from httpx_sse import ServerSentEvent, SSEError

from homecharge.simulator.demo.api import NO_ANSWER, Api

PATH = "/v1/events"
END = "end"
AGAIN_S = 2.0


async def events(api: Api) -> AsyncIterator[ServerSentEvent]:
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
        await asyncio.sleep(AGAIN_S)
