"""Group commit: many small writes share one transaction, and each caller wakes after the commit (design.md §6)."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from homecharge.domain.errors import Unavailable
from homecharge.observability.logging import get_logger
from homecharge.ports.units import Db, Units
from homecharge.storage.database import InvariantBroken

Item = TypeVar("Item")
Result = TypeVar("Result")
log = get_logger(__name__)

DELAY_S = 0.002
MOST = 256
AGAIN_S = 1.0
"""Until what was posted while the database is away is tried again."""
TRIES = 3
"""For an item that meets another unit head-on, or finds that somebody was first: by then it sees what they did."""


_Waiting = tuple[Item, asyncio.Future[Result] | None]
"""An item, and who is to be told; nobody where it was posted."""


class GroupCommit(Generic[Item, Result]):
    """Collects items for `delay_s`, at most `most`, and applies them in one unit of work on one thread.

    `apply(db, items)` returns one result per item. A batch that fails is run again one by one, so that a bad item
    fails alone; when the database is away the whole batch fails at once, save what was posted: that waits.
    """

    def __init__(
        self,
        units: Units,
        apply: Callable[[Db, Sequence[Item]], Sequence[Result]],
        *,
        name: str,
        delay_s: float = DELAY_S,
        most: int = MOST,
        observe: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._units, self._apply, self._name = units, apply, name
        self._delay_s, self._most, self._observe = delay_s, most, observe
        self._waiting: list[_Waiting[Item, Result]] = []
        self._thread = ThreadPoolExecutor(1, f"commit-{name}")
        self._worker: asyncio.Task[None] | None = None
        self._is_closing = False

    async def submit(self, item: Item) -> Result:
        """The item's result, once it is durable; raises what applying it raised."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._add(item, future)
        return await future

    def post(self, item: Item) -> None:
        """Write the item, when the database is there, without telling what became of it."""
        self._add(item, None)

    @property
    def backlog(self) -> int:
        """How many items wait."""
        return len(self._waiting)

    async def close(self) -> None:
        """Write what waits, then stop; what the database is not there for is lost."""
        self._is_closing = True
        while self._worker is not None and not self._worker.done():
            await asyncio.wait({self._worker})
        self._thread.shutdown()

    def _add(self, item: Item, future: asyncio.Future[Result] | None) -> None:
        self._waiting.append((item, future))
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work(), name=f"group-commit-{self._name}")

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(self._delay_s)
        while self._waiting:
            batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            self._observe(len(batch))
            outcomes = await loop.run_in_executor(self._thread, self._run, [item for item, _ in batch])
            postponed: list[_Waiting[Item, Result]] = []
            for (item, future), outcome in zip(batch, outcomes, strict=True):
                if future is not None:
                    _tell(future, outcome)
                elif isinstance(outcome, Unavailable):
                    postponed.append((item, None))
            if postponed:
                await self._postpone(postponed)

    async def _postpone(self, items: list[_Waiting[Item, Result]]) -> None:
        if self._is_closing:
            log.warning("group_commit.lost", name=self._name, size=len(items))
        else:
            self._waiting = items + self._waiting
            await asyncio.sleep(AGAIN_S)

    def _run(self, items: Sequence[Item], *, tries: int = TRIES) -> Sequence[Result | Exception]:
        try:
            with self._units.write() as db:
                return self._apply(db, items)
        except Unavailable as error:
            return [error] * len(items)
        except Exception as error:
            if len(items) == 1:
                if isinstance(error, InvariantBroken) and tries > 1:
                    return self._run(items, tries=tries - 1)
                return [error]
            log.warning("group_commit.batch_failed", name=self._name, size=len(items), exc_info=True)
        return [self._run([item])[0] for item in items]


def _tell(future: asyncio.Future[Result], outcome: Result | Exception) -> None:
    if future.cancelled():
        return
    if isinstance(outcome, Exception):
        future.set_exception(outcome)
        future.exception()
    else:
        future.set_result(outcome)
