"""A webhook of the demo's driver: takes what is POSTed, and believes it when its signature is right."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

from homecharge.simulator.demo.api import Api, Resource

HOST, PATH = "127.0.0.1", "/homecharge-demo"
WEBHOOKS = "/v1/me/webhooks"


class Receiver(ThreadingHTTPServer):
    """`taken` is called on the loop with each document that is signed with `secret`."""

    daemon_threads = True

    def __init__(self, taken: Callable[[Resource], None]) -> None:
        super().__init__((HOST, 0), _Post)
        self.taken, self.secret = taken, ""
        self.loop = asyncio.get_running_loop()

    @property
    def url(self) -> str:
        """Where it listens: the machine itself, on a port that was free."""
        return f"http://{HOST}:{self.server_port}{PATH}"


class _Post(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Receiver

    def do_POST(self) -> None:
        """204 for what is signed as Standard Webhooks has it, 400 for anything else."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status = HTTPStatus.NO_CONTENT
        try:
            Webhook(self.server.secret).verify(body, dict(self.headers.items()), json_parse=False)
        except WebhookVerificationError:
            status = HTTPStatus.BAD_REQUEST
        else:
            self.server.loop.call_soon_threadsafe(self.server.taken, json.loads(body))
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Nobody asked for a log of requests."""


@asynccontextmanager
async def receiving(api: Api, taken: Callable[[Resource], None]) -> AsyncIterator[Receiver]:
    """Have the driver's notifications sent here."""
    with Receiver(taken) as receiver:
        receiver.secret = (await api.post(WEBHOOKS, {"url": receiver.url}))["secret"]
        serving = asyncio.create_task(asyncio.to_thread(receiver.serve_forever))
        try:
            yield receiver
        finally:
            await asyncio.to_thread(receiver.shutdown)
            await serving


async def forget(api: Api) -> None:
    """Take the demo's webhooks away, those too that earlier starts have left."""
    for webhook in (await api.get(WEBHOOKS))["items"]:
        if webhook["url"].endswith(PATH):
            await api.delete(f"{WEBHOOKS}/{webhook['id']}")
