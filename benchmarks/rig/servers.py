"""Server processes under measurement: started on a free port, asked for their CPU time and memory, ended."""

import asyncio
import os
import socket
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
HOST = "127.0.0.1"
SECRET_KEY = "-" * 32
START_S = 180
END_S = 20
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_PAGE_KB = os.sysconf("SC_PAGE_SIZE") // 1024


@dataclass(frozen=True, slots=True)
class Server:
    """A process that listens on `port`."""

    pid: int
    port: int

    def cpu_s(self) -> float:
        """CPU time so far, of all threads, user and system (proc(5), `stat`)."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS_PER_S

    def memory_kb(self) -> int:
        """Resident memory (proc(5), `statm`)."""
        return int(Path(f"/proc/{self.pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE_KB

    def threads(self) -> int:
        """How many it has (proc(5), `task`)."""
        return sum(1 for _ in Path(f"/proc/{self.pid}/task").iterdir())

    def files(self) -> int:
        """How many it has open, sockets among them (proc(5), `fd`)."""
        return sum(1 for _ in Path(f"/proc/{self.pid}/fd").iterdir())


@asynccontextmanager
async def target(kind: str) -> AsyncIterator[Server]:
    """One of the servers in `rig/targets.py`."""
    port = _free_port()
    async with _started([sys.executable, "-m", "benchmarks.rig.targets", kind, str(port)], port, {}) as server:
        yield server


@asynccontextmanager
async def homecharge(database_url: str, *, redis_url: str | None = None) -> AsyncIterator[tuple[Server, int]]:
    """`homecharge run` as it is shipped, all roles in one process; the server of chargers, and the HTTP port.

    With `redis_url` its bells ring over Redis, as those of several processes do.
    """
    ocpp_port, http_port = _free_port(), _free_port()
    settings = {
        "HOMECHARGE_DATABASE_URL": database_url,
        "HOMECHARGE_SECRET_KEY": SECRET_KEY,
        "HOMECHARGE_OCPP_PORT": str(ocpp_port),
        "HOMECHARGE_HTTP_PORT": str(http_port),
        "HOMECHARGE_LOG_FORMAT": "json",
        **({} if redis_url is None else {"HOMECHARGE_REDIS_URL": redis_url}),
    }
    async with _started([sys.executable, "-m", "homecharge.cli", "run"], ocpp_port, settings) as server:
        await _until_listening(http_port)
        yield server, http_port


@asynccontextmanager
async def _started(command: list[str], port: int, settings: Mapping[str, str]) -> AsyncIterator[Server]:
    env = {**os.environ, **settings}
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=env, stdout=DEVNULL, stderr=DEVNULL)
    try:
        await _until_listening(port)
        yield Server(process.pid, port)
    finally:
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), END_S)
        except TimeoutError:
            process.kill()
            await process.wait()


async def _until_listening(port: int) -> None:
    async with asyncio.timeout(START_S):
        while True:
            try:
                _, writer = await asyncio.open_connection(HOST, port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
