"""The message log's writer: frames are gathered for 200 ms, and dropped rather than let a charger wait."""

from collections.abc import Sequence

from homecharge.observability.logging import get_logger
from homecharge.observability.metrics import Metrics
from homecharge.ports.charger_events import Frame
from homecharge.ports.units import Db, Units
from homecharge.storage.group_commit import GroupCommit
from homecharge.storage.queries.message_log import add_frames

log = get_logger(__name__)

DELAY_S = 0.2
MOST_PER_COMMIT = 5_000
MOST_WAITING = 50_000


class MessageLog:
    """Frames in, rows later; evidence never rests on them."""

    def __init__(self, units: Units, metrics: Metrics) -> None:
        self._commit: GroupCommit[Frame, None] = GroupCommit(
            units,
            _write,
            name="frames",
            delay_s=DELAY_S,
            most=MOST_PER_COMMIT,
            observe=metrics.group_commit_size.labels("frames").observe,
        )
        self._dropped = 0

    def add(self, frame: Frame) -> None:
        """Queue a frame; with 50,000 waiting the newest are dropped, and the log says how many."""
        if self._commit.backlog >= MOST_WAITING:
            self._dropped += 1
            return
        if self._dropped:
            log.warning("message_log.dropped", frames=self._dropped)
            self._dropped = 0
        self._commit.post(frame)

    async def close(self) -> None:
        """Write what waits."""
        await self._commit.close()


def _write(db: Db, frames: Sequence[Frame]) -> Sequence[None]:
    add_frames(db, frames)
    return [None] * len(frames)
