"""What a charge point reports by itself, in order; what belongs to a transaction outlives the line (OCPP 1.6 §3.7)."""

import asyncio
import itertools
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from homecharge.simulator.background import Background
from homecharge.simulator.behaviour import Behaviour, Payload
from homecharge.simulator.connector import Transaction
from homecharge.simulator.failures import CallFailed, LineDown
from homecharge.simulator.line import Line

MOST_KEPT = 2000
"""Transaction messages a charge point has room for; samples beyond it are lost."""
UNKNOWN_TRANSACTION_ID = -1


@dataclass(frozen=True, slots=True)
class _Entry:
    number: int
    action: str
    payload: Payload
    transaction: Transaction | None = None


class Outbox:
    """Messages waiting for the line.

    `on_start_answer(transaction, answer)` hears of each StartTransaction; the answer is None where there was none.
    """

    def __init__(
        self,
        line: Line,
        behaviour: Behaviour,
        tasks: Background,
        *,
        on_start_answer: Callable[[Transaction, Payload | None], None],
    ) -> None:
        self.is_open = False
        """Whether the server has registered the charge point and the line is up."""
        self._line = line
        self._behaviour = behaviour
        self._tasks = tasks
        self._on_start_answer = on_start_answer
        self._fleeting: deque[_Entry] = deque()
        self._kept: deque[_Entry] = deque()
        self._numbers = itertools.count()
        self._worker: asyncio.Task[None] | None = None
        self._retry: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        """How many transaction messages the server has not answered yet."""
        return len(self._kept)

    def open(self) -> None:
        """Deliver from now on, what was queued offline first."""
        if self._behaviour.replay_twice:
            self._kept.extend(list(self._kept))
        self.is_open = True
        self._wake()

    def shut(self) -> None:
        """Deliver nothing until `open`; what has no bearing on a transaction is lost."""
        self.is_open = False
        self._fleeting.clear()
        self._end_retry()

    def clear(self) -> None:
        """Lose every queued message, as a power cut without flash memory does."""
        self._fleeting.clear()
        self._kept.clear()

    def post(self, action: str, payload: Payload) -> None:
        """Send when its turn comes; lost where there is no line."""
        if self.is_open:
            self._fleeting.append(_Entry(next(self._numbers), action, payload))
            self._wake()

    def keep(self, action: str, transaction: Transaction, payload: Payload) -> None:
        """Send when its turn comes, however long that takes; the transaction's id is put in when it is sent."""
        if action == "MeterValues" and len(self._kept) >= MOST_KEPT:
            return
        self._kept.append(_Entry(next(self._numbers), action, payload, transaction))
        self._wake()

    async def settled(self, *, within_s: float) -> None:
        """Wait until everything that can be delivered now is answered, `within_s` at most."""
        if self._worker and not self._line.is_frozen:
            await asyncio.wait({self._worker}, timeout=within_s)

    def _wake(self) -> None:
        if self.is_open and (self._worker is None or self._worker.done()):
            self._worker = self._tasks.spawn(self._deliver())

    async def _deliver(self) -> None:
        while self.is_open and (queue := self._next()) is not None:
            entry = queue[0]
            try:
                answer = await self._line.call(entry.action, self._body(entry))
            except LineDown:
                self._heard(entry, None)
                return
            except CallFailed:
                self._heard(entry, None)
                if entry.transaction and entry.action != "MeterValues":
                    self._retry_later()
                    continue
            else:
                self._heard(entry, answer)
            if queue and queue[0] is entry:
                queue.popleft()

    def _next(self) -> deque[_Entry] | None:
        kept = self._kept if self._kept and self._retry is None else None
        if not self._fleeting:
            return kept
        if kept and kept[0].number < self._fleeting[0].number:
            return kept
        return self._fleeting

    def _body(self, entry: _Entry) -> Payload:
        if entry.transaction is None or entry.action == "StartTransaction":
            return entry.payload
        known = entry.transaction.id
        if entry.action == "MeterValues":
            hidden = known is None or self._behaviour.samples_without_transaction
            return entry.payload if hidden else {**entry.payload, "transactionId": known}
        claimed = self._behaviour.stop_transaction_id
        shown = claimed if claimed is not None else known if known is not None else UNKNOWN_TRANSACTION_ID
        return {**entry.payload, "transactionId": shown}

    def _heard(self, entry: _Entry, answer: Payload | None) -> None:
        if entry.transaction and entry.action == "StartTransaction":
            self._on_start_answer(entry.transaction, answer)

    def _retry_later(self) -> None:
        self._end_retry()
        self._retry = asyncio.get_running_loop().call_later(self._behaviour.retry_s, self._try_again)

    def _try_again(self) -> None:
        self._end_retry()
        self._wake()

    def _end_retry(self) -> None:
        if self._retry:
            self._retry.cancel()
        self._retry = None
