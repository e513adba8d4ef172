"""A real `homecharge run` of its own, with what it logs; killed, drained or left alone by the test."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

PROGRAM = (str(Path(sys.executable).with_name("homecharge")),)
UP_WITHIN_S = 180.0
SHORT_WAITS = {
    "TICK_S": "1",
    "START_CONFIRM_S": "5",
    "ENERGY_CONFIRM_S": "30",
    "COMMAND_TIMEOUT_S": "5",
    "OFFLINE_GRACE_S": "8",
    "OUTAGE_GRACE_S": "12",
    "BOOST_WINDOW_S": "60",
    "STABLE_LINE_S": "1",
    "BACKOFF_S": "1,1,1",
    "LOST_AVAILABLE_S": "6",
    "LOST_PLUGGED_S": "8",
    "GATEWAY_SILENT_S": "5",
}


class Process:
    """One process on two ports of its own, which it gets again when it is started again.

    `settings` are those of `homecharge run`, without their prefix. Leaving the context kills what still runs.
    """

    def __init__(
        self,
        database_url: str,
        *,
        redis_url: str | None = None,
        roles: Sequence[str] = (),
        program: Sequence[str] = PROGRAM,
        settings: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.http_port, self.ocpp_port = free_port(), free_port()
        chosen = {
            **SHORT_WAITS,
            "DATABASE_URL": database_url,
            "SECRET_KEY": "k" * 32,
            "HTTP_PORT": str(self.http_port),
            "OCPP_PORT": str(self.ocpp_port),
            "LOG_FORMAT": "json",
            "RATE_REGISTER": "10000/hour",
            **({"REDIS_URL": redis_url} if redis_url else {}),
            **(settings or {}),
        }
        self._env = _environment(
            {f"HOMECHARGE_{name}": value for name, value in chosen.items()} | dict(environment or {})
        )
        self._command = (*program, "run", *(("--roles", ",".join(roles)) if roles else ()))
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._news = asyncio.Condition()
        self.logged: list[dict[str, Any]] = []
        self._failed_before: list[dict[str, Any]] = []

    @property
    def http_url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"

    @property
    def ocpp_url(self) -> str:
        return f"ws://127.0.0.1:{self.ocpp_port}/ocpp"

    @property
    def failures(self) -> list[dict[str, Any]]:
        """What it logged, in all its lives, that must never be: errors, and whatever is no log line of ours."""
        return [*self._failed_before, *filter(_is_failure, self.logged)]

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None and self._process.returncode is None:
            self.kill()
        await self.ended()

    async def start(self) -> None:
        """Returns when every role listens. Raises AssertionError with the log of one that ends before that."""
        await self.launch()
        up = asyncio.ensure_future(self.until_logged("run.ready"))
        over = asyncio.ensure_future(self.ended())
        await asyncio.wait({up, over}, return_when=asyncio.FIRST_COMPLETED)
        over.cancel()
        if not up.done():
            up.cancel()
            raise AssertionError(self.logged)
        await up

    async def launch(self) -> None:
        """Start it and wait for nothing; the log begins anew."""
        self._failed_before, self.logged = self.failures, []
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            env=self._env,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            limit=2**20,
        )
        self._reading = asyncio.create_task(self._read(self._process))

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stderr is not None
        async for raw in process.stderr:
            text = raw.decode(errors="replace").strip()
            try:
                line = json.loads(text)
            except ValueError:
                line = {"unreadable": text}
            async with self._news:
                self.logged.append(line)
                self._news.notify_all()

    async def until_logged(self, event: str, *, within_s: float = UP_WITHIN_S, **fields: object) -> dict[str, Any]:
        """The first line of that event since the start, past or to come. Raises TimeoutError."""
        wanted = {"event": event, **fields}

        def find() -> dict[str, Any] | None:
            return next((line for line in self.logged if wanted.items() <= line.items()), None)

        async with asyncio.timeout(within_s), self._news:
            while (found := find()) is None:
                await self._news.wait()
        return found

    def kill(self) -> None:
        """SIGKILL, at once: it gets no say."""
        self.signal(signal.SIGKILL)

    def signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        with suppress(ProcessLookupError):
            os.kill(self._process.pid, number)

    async def write(self, line: str) -> None:
        """A line to its standard input."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n".encode())
        await self._process.stdin.drain()

    async def terminate(self) -> int:
        """SIGTERM; returns its exit status."""
        self.signal(signal.SIGTERM)
        return await self.ended()

    async def ended(self) -> int:
        """Its exit status, once it is gone and its log is read."""
        assert self._process is not None
        assert self._reading is not None
        status = await self._process.wait()
        await asyncio.shield(self._reading)
        return status


def _is_failure(line: Mapping[str, Any]) -> bool:
    return line.get("level") in {"error", "critical"} or "unreadable" in line


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HOMECHARGE_")}
    return {**kept, "PYTHONUNBUFFERED": "1", **settings}
