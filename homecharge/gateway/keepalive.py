"""Pings to every line from a single task; dead Wi-Fi leaves half-open sockets that nothing else would reveal."""

import asyncio
from collections import deque

from homecharge.gateway.limits import Timing
from homecharge.gateway.line import ChargerLine
from homecharge.observability.logging import get_logger

log = get_logger(__name__)

_STEPS_PER_PING = 30


class Keepalive:
    """Pings each line every `ping_s`; drops one that gave no sign of life after `misses` pings in a row."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._due: deque[tuple[float, ChargerLine, int]] = deque()  # in order, because all intervals are the same

    def watch(self, line: ChargerLine) -> None:
        """Begin with a line that has just opened."""
        self._push(line, missed=0)

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await asyncio.sleep(self._timing.ping_s / _STEPS_PER_PING)
            now = asyncio.get_running_loop().time()
            while self._due and self._due[0][0] <= now:
                _, line, missed = self._due.popleft()
                if line.socket.is_open:
                    self._probe(line, missed)

    def _probe(self, line: ChargerLine, missed: int) -> None:
        # While we do not read, a pong may well be there: no miss of the charger's.
        missed = missed + 1 if line.socket.is_quiet and not line.socket.is_held else 0
        if missed >= self._timing.misses:
            log.info("gateway.silent", charger_id=line.about.charger_id, connection_id=line.about.connection_id)
            line.socket.abort()
            return
        line.socket.probe()
        self._push(line, missed=missed)

    def _push(self, line: ChargerLine, *, missed: int) -> None:
        self._due.append((asyncio.get_running_loop().time() + self._timing.ping_s, line, missed))
