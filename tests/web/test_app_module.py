"""Other servers find `app` and `asgi` at the top level; importing it opens nothing."""

import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from flask import Flask

from homecharge.adapters.bell_memory import MemoryBell
from homecharge.web.edge import Edge

ROOT = Path(__file__).parents[2]
LOOK = """
import os, app
before = os.listdir()
app.app, app.asgi
print(before, type(app.app).__name__, type(app.asgi).__name__, hasattr(app, "other"))
"""


def test_nothing_is_made_before_it_is_asked_for(tmp_path: Path) -> None:
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}

    command = [sys.executable, "-c", LOOK]
    seen = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)

    assert (seen.stdout, seen.stderr) == ("[] Application Edge False\n", "")


async def test_a_server_that_knows_lifespans_opens_and_closes_the_bell(app: Flask) -> None:
    bell = MemoryBell()
    edge = Edge(app, bell)
    heard, told = _script("lifespan.startup", "lifespan.shutdown"), []

    async def send(message: dict[str, Any]) -> None:
        told.append((message["type"], bell._loop is not None))

    await edge({"type": "lifespan"}, heard.__anext__, send)

    assert told == [("lifespan.startup.complete", True), ("lifespan.shutdown.complete", False)]


async def test_there_are_no_websockets_here(app: Flask) -> None:
    edge, told = Edge(app, MemoryBell()), []

    async def send(message: dict[str, Any]) -> None:
        told.append(message)

    await edge({"type": "websocket"}, _script("websocket.connect").__anext__, send)
    edge.close()

    assert told == [{"type": "websocket.close", "code": 1000}]


async def _script(*types: str) -> AsyncIterator[dict[str, Any]]:
    for kind in types:
        yield {"type": kind}
