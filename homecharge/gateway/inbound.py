"""A charger's calls waiting for their answers: in order, one after the other; only chosen actions may overtake."""

import asyncio
import contextvars
from collections.abc import Callable, Coroutine
from typing import Any

from homecharge.gateway.rpc import Call
from homecharge.ports.charger_events import Origin

Rest = Coroutine[Any, Any, None]
"""What is left of a call while somebody else is asked; others may go before it."""
Handle = Callable[[Call, Origin], Coroutine[Any, Any, Rest | None]]
Refuse = Callable[[Call], Coroutine[Any, Any, None]]
"""Answer a call that there is no room for."""


class InboundCalls:
    """The queue of one line. Calls wait until `run`; `handle` and `refuse` must not raise.

    Who may overtake blocks nobody: what comes while `overtakers_at_most` are in work already is refused in its turn.
    Rests are never refused, and have as many places more; what finds none of them free is waited for.
    """

    def __init__(self, handle: Handle, refuse: Refuse, *, overtaking: frozenset[str], overtakers_at_most: int) -> None:
        self._handle, self._refuse = handle, refuse
        self._overtaking = overtaking
        self._overtakers_at_most = overtakers_at_most
        self._waiting: list[tuple[Call, Origin]] = []
        self._overtakers: set[asyncio.Task[None]] = set()
        self._context: contextvars.Context | None = None
        self._news: asyncio.Future[None] | None = None
        self._deadline: asyncio.Timeout | None = None
        self._settle_s: float | None = None

    def __len__(self) -> int:
        """How many calls wait."""
        return len(self._waiting)

    def add(self, call: Call, origin: Origin) -> None:
        """Take up a call: at once if it may overtake, else when those before it are done."""
        if self._context is not None and self._may_overtake(call):
            self._beside(self._whole(call, origin))
        else:
            self._waiting.append((call, origin))
            self._wake()

    async def run(self) -> None:
        """Answer what waits and what comes, in the caller's context, until `end`."""
        self._context = contextvars.copy_context()
        try:
            async with asyncio.timeout(self._settle_s) as self._deadline:
                await self._work()
                if self._overtakers:
                    await asyncio.wait(self._overtakers)
        except TimeoutError:
            pass
        finally:
            self._deadline = None
            for task in self._overtakers:
                task.cancel()

    def end(self, *, settle_s: float) -> None:
        """Finish what was read; what takes longer than `settle_s` is cancelled, and the charger will repeat it."""
        self._settle_s = settle_s
        if self._deadline is not None:
            self._deadline.reschedule(asyncio.get_running_loop().time() + settle_s)
        self._wake()

    def _may_overtake(self, call: Call) -> bool:
        return call.action in self._overtaking and len(self._overtakers) < self._overtakers_at_most

    def _beside(self, work: Rest) -> None:
        context = None if self._context is None else self._context.copy()
        task = asyncio.create_task(work, context=context)
        self._overtakers.add(task)
        task.add_done_callback(self._overtakers.discard)

    async def _whole(self, call: Call, origin: Origin) -> None:
        rest = await self._handle(call, origin)
        if rest is not None:
            await rest

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            while self._waiting:
                await self._take(*self._waiting.pop(0))
            if self._settle_s is not None:
                return
            self._news = loop.create_future()
            await self._news
            self._news = None

    async def _take(self, call: Call, origin: Origin) -> None:
        if self._may_overtake(call):
            self._beside(self._whole(call, origin))
        elif call.action in self._overtaking:
            await self._refuse(call)
        elif (rest := await self._handle(call, origin)) is not None:
            if len(self._overtakers) < 2 * self._overtakers_at_most:
                self._beside(rest)
            else:
                await rest

    def _wake(self) -> None:
        if self._news is not None and not self._news.done():
            self._news.set_result(None)
