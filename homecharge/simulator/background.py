"""Tasks nobody awaits: kept alive, ended with their owner, and never failing in silence."""

import asyncio
import logging
from collections.abc import Coroutine

from homecharge.simulator.failures import CallFailed

log = logging.getLogger(__name__)


class Background:
    """The tasks of one charge point. A call that failed ends its task quietly; anything else is logged."""

    __slots__ = ("_tasks",)

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        """Run `work` by itself."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    async def end(self) -> None:
        """Cancel every task but the caller's own and wait for them."""
        others = self._tasks - {asyncio.current_task()}
        for task in others:
            task.cancel()
        if others:
            await asyncio.wait(others)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled() or (failure := task.exception()) is None or isinstance(failure, CallFailed):
            return
        log.error("simulator.task_failed", exc_info=failure)
