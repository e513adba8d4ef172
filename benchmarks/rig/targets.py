"""The servers that are compared: our gateway without storage, the `ocpp` package's, an echo, small HTTP ones.

All run on uvloop with what start-up made frozen out of garbage collection, as `homecharge run` does. `websockets` keeps
its defaults but for compression and pings, which our gateway has switched off or does itself.
"""

import asyncio
import contextlib
import gc
import logging
import os
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import uvicorn
import uvloop
from a2wsgi import WSGIMiddleware
from flask import Flask
from ocpp.routing import on
from ocpp.v16 import ChargePoint, call_result
from ocpp.v16.enums import RegistrationStatus
from websockets.asyncio.server import ServerConnection, serve

from benchmarks.rig.null_events import NullEvents
from homecharge.adapters.bell_memory import MemoryBell
from homecharge.gateway.server import Gateway
from homecharge.observability.clock import SystemClock
from homecharge.observability.logging import configure_logging
from homecharge.observability.metrics import Metrics
from homecharge.settings import LogFormat, LogLevel
from homecharge.web.edge import WORKERS, Edge

HOST = "127.0.0.1"
CURRENT_TIME = "2026-11-20T12:00:00Z"


class PackagedChargePoint(ChargePoint):
    """The same answers with the `ocpp` package, as its documentation shows them."""

    @on("BootNotification")
    def booted(self, **_: Any) -> call_result.BootNotification:
        """The interval."""
        return call_result.BootNotification(CURRENT_TIME, 300, RegistrationStatus.accepted)

    @on("Heartbeat")
    def beat(self) -> call_result.Heartbeat:
        """The time."""
        return call_result.Heartbeat(CURRENT_TIME)

    @on("StatusNotification")
    def status_reported(self, **_: Any) -> call_result.StatusNotification:
        """Nothing."""
        return call_result.StatusNotification()

    @on("MeterValues")
    def metered(self, **_: Any) -> call_result.MeterValues:
        """Nothing."""
        return call_result.MeterValues()


async def gateway(port: int) -> None:
    """Ours."""
    ours = Gateway(host=HOST, port=port, clock=SystemClock(), metrics=Metrics())
    await ours.start(NullEvents())
    await _for_ever()


async def package(port: int) -> None:
    """The `ocpp` package's own."""

    async def serve_charger(connection: ServerConnection) -> None:
        await PackagedChargePoint("charger", connection).start()

    await _serve_sockets(serve_charger, port)


async def echo(port: int) -> None:
    """The least that a `websockets` server can do."""

    async def serve_charger(connection: ServerConnection) -> None:
        async for message in connection:
            await connection.send(message)

    await _serve_sockets(serve_charger, port)


async def provider(port: int) -> None:
    """A mobility provider that allows every card, each after a second."""
    body = b'{"status_code":1000,"data":{"allowed":"ALLOWED"}}'
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)

    async def serve_checks(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, EOFError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                await reader.readexactly(int(head.lower().partition(b"content-length: ")[2].partition(b"\r")[0]))
                await asyncio.sleep(1)
                writer.write(answer)
        writer.close()

    async with await asyncio.start_server(serve_checks, HOST, port, backlog=4096):
        await _for_ever()


async def flask_bare(port: int) -> None:
    """One Flask view on the same server with as many threads."""
    inner = WSGIMiddleware(_bare_app(), workers=WORKERS)
    await _serve_http(inner, port)


async def flask_edge(port: int) -> None:
    """The same view behind our edge."""
    await _serve_http(Edge(_bare_app(), MemoryBell()), port)


def _bare_app() -> Flask:
    app = Flask("bare")

    @app.get("/")
    def hello() -> dict[str, bool]:
        return {"ok": True}

    return app


async def _serve_sockets(handler: Callable[[ServerConnection], Coroutine[Any, Any, None]], port: int) -> None:
    async with serve(handler, HOST, port, subprotocols=["ocpp1.6"], compression=None, ping_interval=None, backlog=4096):
        await _for_ever()


async def _serve_http(app: Any, port: int) -> None:  # noqa: ANN401 - an ASGI application, which has no common type
    async def asgi(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - as above
        await app(scope, receive, send)

    _settle_memory()
    config = uvicorn.Config(
        asgi, host=HOST, port=port, lifespan="off", access_log=False, log_config=None, server_header=False
    )
    await uvicorn.Server(config).serve()


async def _for_ever() -> None:
    _settle_memory()
    await asyncio.Event().wait()


def _settle_memory() -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


TARGETS = {server.__name__: server for server in (gateway, package, echo, provider, flask_bare, flask_edge)}

if __name__ == "__main__":
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        configure_logging(level=LogLevel.INFO, form=LogFormat.JSON, stream=nowhere)
        logging.getLogger("ocpp").setLevel(logging.WARNING)  # its default is to log both frames of each message
        uvloop.run(TARGETS[sys.argv[1]](int(sys.argv[2])))
