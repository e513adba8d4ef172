"""Our calls to one charger: one at a time, stops first, each with a timeout from its sending (OCPP-J 1.6 §4.1.1)."""

import asyncio
import heapq
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from homecharge.gateway.dialect import Priority
from homecharge.gateway.rpc import Error, MessageId, Payload, Result


@dataclass(frozen=True, slots=True)
class Sent:
    """That a call left: the id of its frame in the message log, which is its id on the wire too, and when."""

    message_id: str
    at: datetime


@dataclass(slots=True, eq=False)
class PendingCall:
    """A call until it is over. `answer` resolves to what the charger answered, or to None if nothing will come."""

    action: str
    payload: Payload
    timeout_s: float
    answer: asyncio.Future[Result | Error | None]
    sent: Sent | None = None
    answered_at: datetime | None = None


class OutboundCalls:
    """The queue of one line. `transmit` writes a call's frame and says that it left, None if the line is gone."""

    def __init__(self, transmit: Callable[[str, Payload], Sent | None]) -> None:
        self._transmit = transmit
        self._waiting: list[tuple[Priority, int, PendingCall]] = []
        self._sequence = 0
        self._current: PendingCall | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._is_closed = False

    @property
    def current(self) -> PendingCall | None:
        """The call whose answer is awaited."""
        return self._current

    def add(
        self, action: str, payload: Payload, *, priority: Priority, timeout_s: float, within_s: float | None = None
    ) -> PendingCall:
        """Queue a call, and send it if no other is on its way; one that still waits after `within_s` is given up."""
        call = PendingCall(action, payload, timeout_s, asyncio.get_running_loop().create_future())
        if self._is_closed:
            call.answer.set_result(None)
            return call
        self._sequence += 1
        heapq.heappush(self._waiting, (priority, self._sequence, call))
        self._send_next()
        if within_s is not None and call.sent is None:
            asyncio.get_running_loop().call_later(within_s, _give_up, call)
        return call

    def expects(self, id_: MessageId | None) -> PendingCall | None:
        """The call that an answer with this id belongs to; None if nobody awaits it (any more)."""
        call = self._current
        return call if call is not None and call.sent is not None and call.sent.message_id == id_ else None

    def answered(self, answer: Result | Error, *, at: datetime) -> None:
        """End the present call, and send the next."""
        if self._current is not None:
            self._current.answered_at = at
        self._finish(answer)

    def close(self) -> None:
        """The line is gone: nothing will be sent, nothing answered."""
        self._is_closed = True
        waiting, self._waiting = self._waiting, []
        for _, _, call in waiting:
            _resolve(call, None)
        if self._current is not None:
            self._finish(None)

    def _send_next(self) -> None:
        while self._current is None and self._waiting:
            call = heapq.heappop(self._waiting)[2]
            if call.answer.done():
                continue  # whoever asked has gone away
            call.sent = self._transmit(call.action, call.payload)
            if call.sent is None:
                _resolve(call, None)
                continue
            self._current = call
            self._deadline = asyncio.get_running_loop().call_later(call.timeout_s, self._finish, None)

    def _finish(self, answer: Result | Error | None) -> None:
        call, self._current = self._current, None
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        if call is not None:
            _resolve(call, answer)
        self._send_next()


def _give_up(call: PendingCall) -> None:
    if call.sent is None:
        _resolve(call, None)


def _resolve(call: PendingCall, answer: Result | Error | None) -> None:
    if not call.answer.done():
        call.answer.set_result(answer)
