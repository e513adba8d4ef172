"""What the demo hears: a stream that breaks off is resumed, and a webhook believes what is signed."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from httpx_sse import ServerSentEvent
from standardwebhooks import Webhook

from homecharge.simulator.demo.notices import Notices, Way
from homecharge.simulator.demo.receiver import Receiver
from homecharge.simulator.demo.stream import events

SECRET = "whsec_c2VjcmV0"
WARNING = {"id": "1", "charger_id": "drive", "kind": "will_not_start", "title": "Would fail", "body": "Plug in."}


class Source:
    """One stream after the other; `resumed` are the events that they were to go on from."""

    def __init__(self, *streams: Sequence[ServerSentEvent] | Exception) -> None:
        self._streams = iter(streams)
        self.resumed: list[str | None] = []
        self._stream: Sequence[ServerSentEvent] = ()

    @asynccontextmanager
    async def listen(self, _path: str, last_event_id: str | None) -> AsyncIterator["Source"]:
        self.resumed.append(last_event_id)
        stream = next(self._streams)
        if isinstance(stream, Exception):
            raise stream
        self._stream = stream
        yield self

    async def aiter_sse(self) -> AsyncIterator[ServerSentEvent]:
        for event in self._stream:
            yield event


def event(name: str, id_: str = "") -> ServerSentEvent:
    return ServerSentEvent(event=name, data="{}", id=id_)


async def test_a_stream_that_breaks_off_is_resumed_from_the_last_event_on():
    broken, over = httpx.ReadError("gone"), [event("ready", "2"), event("end"), event("after the end", "3")]
    source = Source([event("ready", "0"), event("session.changed", "1")], broken, over, [event("ready", "4")])

    heard = []
    async for each in events(source, again_s=0):
        heard.append(each.id)
        if each.id == "4":
            break

    assert heard == ["0", "1", "2", "4"]
    assert source.resumed == [None, "1", "1", "2"]


def post(url: str, body: bytes, secret: str) -> int:
    now = datetime.now(UTC)  # noqa: TID251 - the library that checks signatures goes by the real time
    signature = Webhook(secret).sign("id", now, body.decode())
    headers = {"webhook-id": "id", "webhook-timestamp": str(int(now.timestamp())), "webhook-signature": signature}
    return httpx.post(url, content=body, headers=headers, trust_env=False).status_code


async def test_a_webhook_believes_what_is_signed_and_nothing_else():
    taken: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    with Receiver(taken.put_nowait) as receiver:
        receiver.secret = SECRET
        serving = asyncio.create_task(asyncio.to_thread(receiver.serve_forever))
        forged = await asyncio.to_thread(post, receiver.url, b'{"data": "forged"}', "whsec_b3RoZXI=")
        signed = await asyncio.to_thread(post, receiver.url, b'{"data": "signed"}', SECRET)
        first = await taken.get()
        await asyncio.to_thread(receiver.shutdown)
        await serving

    assert (forged, signed) == (400, 204)
    assert (first, taken.empty()) == ({"data": "signed"}, True)


def test_words_are_written_once_by_whichever_way_is_the_quicker():
    lines: list[str] = []
    notices = Notices("drive", lines.append)

    notices.take_hook({"data": WARNING})
    notices.take(WARNING, Way.EVENT)
    notices.take(WARNING, Way.EVENT)

    assert [line[10:] for line in lines] == [
        "webhook    Would fail, signature checked",
        "Plug in.",
        "event      Would fail",
    ]


@pytest.mark.parametrize("other", [{"charger_id": "barn"}, {"kind": "started"}])
def test_what_belongs_to_no_part_of_the_story_is_not_written(other: dict[str, str]):
    lines: list[str] = []

    Notices("drive", lines.append).take(WARNING | other, Way.EVENT)

    assert lines == []
