"""The gateway's beat: who was heard, and which lines are gone, told again while the database is away."""

import asyncio
from collections.abc import Iterable
from datetime import datetime

from homecharge.domain.errors import Unavailable
from homecharge.gateway.line import ChargerLine
from homecharge.gateway.shared import Shared
from homecharge.observability.logging import get_logger

log = get_logger(__name__)


class Beat:
    """Tells `heard` every `beat_s` and `line_closed` once per line, at a later beat where it could not be told."""

    def __init__(self, lines: Iterable[ChargerLine], shared: Shared) -> None:
        self._lines = lines
        self._shared = shared
        self._told: dict[str, datetime] = {}
        self._untold: list[tuple[ChargerLine, datetime]] = []

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            try:
                await self._beat()
            except Unavailable as outage:
                log.warning("gateway.beat_missed", reason=outage.code)
            except Exception:  # the outermost loop of a task: the next beat may well succeed
                log.exception("gateway.beat_failed")
            await asyncio.sleep(self._shared.timing.beat_s)

    async def closed(self, line: ChargerLine) -> None:
        """Tell that a line is gone; while that cannot be told, every beat tries again."""
        at = self._shared.clock.now()
        try:
            await self._tell_closed(line, at)
        except Unavailable as outage:
            self._untold.append((line, at))
            log.warning("gateway.closing_untold", reason=outage.code)
        except Exception:  # the end of a line: a charger must not look connected for ever because of our defect
            self._untold.append((line, at))
            log.exception("gateway.closing_failed")

    async def _beat(self) -> None:
        heard = {line.about.connection_id: line.socket.heard_at for line in self._lines}
        news = {connection_id: at for connection_id, at in heard.items() if self._told.get(connection_id) != at}
        await self._shared.events.heard(news, at=self._shared.clock.now())
        self._told = heard
        while self._untold:
            await self._tell_closed(*self._untold[0])
            self._untold.pop(0)

    async def _tell_closed(self, line: ChargerLine, at: datetime) -> None:
        await self._shared.events.line_closed(line.about, heard_at=line.socket.heard_at, at=at)
