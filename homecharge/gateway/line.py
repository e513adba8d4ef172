"""One line: reads a charger's frames, has its calls answered in order, and sends ours (design.md §7)."""

import asyncio
import functools
from datetime import datetime

from websockets.frames import CloseCode

from homecharge.gateway import rpc
from homecharge.gateway.answering import Answered, answer
from homecharge.gateway.dialect import Dialect
from homecharge.gateway.inbound import InboundCalls, Rest
from homecharge.gateway.message_log import MessageLog, new_id
from homecharge.gateway.outbound import OutboundCalls, Sent
from homecharge.gateway.replies import reply_to
from homecharge.gateway.rpc import Call, Error, ErrorCode, Malformed, MessageId, MessageType, Payload, Result
from homecharge.gateway.shared import Shared
from homecharge.gateway.socket import ChargerSocket
from homecharge.observability.logging import get_logger
from homecharge.ports.charger_events import Later, Origin
from homecharge.ports.charger_link import Command, Reply

log = get_logger(__name__)

_MAX_NOTES = 100
_TOO_MANY = "Too many of these are under way, please repeat"


class ChargerLine:
    """A socket with both directions of its conversation. The task that calls `run` is its only one while it is idle."""

    def __init__(self, socket: ChargerSocket, *, dialect: Dialect, shared: Shared) -> None:
        self.socket = socket
        self.about = socket.line
        self.successor: ChargerLine | None = None
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._dialect = dialect
        self._shared = shared
        self._log = MessageLog(shared.events, self.about, logged_bytes=shared.limits.logged_bytes)
        self._inbound = InboundCalls(
            self._handle,
            self._turn_away,
            overtaking=dialect.overtaking,
            overtakers_at_most=shared.limits.overtaking_calls,
        )
        self._outbound = OutboundCalls(self._transmit)
        self._noted: set[tuple[str, str]] = set()
        self._farewell: tuple[CloseCode, str] | None = None
        socket.attach(self._receive, self.end)

    @property
    def has_ended(self) -> bool:
        """Whether nothing is read or sent any more."""
        return self._farewell is not None

    async def run(self) -> None:
        """Answer the charger's calls, beginning with those that it has sent already, until the end."""
        await self._inbound.run()

    async def send(self, command: Command, *, timeout_s: float, within_s: float | None = None) -> Reply:
        """Queue a command and wait for what becomes of it."""
        message, schema = self._dialect.outbound(command)
        call = self._outbound.add(
            message.action,
            message.write(command),
            priority=message.priority,
            timeout_s=timeout_s,
            within_s=within_s,
        )
        if self.socket.is_held:
            self._regulate()
        await call.answer
        note = functools.partial(self._note, message.action)
        reply = reply_to(call, message, schema, heard_at=self.socket.heard_at, note=note)
        self._shared.instruments.command_over(message.action, reply.outcome)
        return reply

    def end(
        self, code: CloseCode = CloseCode.NORMAL_CLOSURE, reason: str = "", *, settle_s: float | None = None
    ) -> None:
        """Take no more frames. What was read is finished; of our calls, what was sent is unanswered, the rest unsent.

        The first `code` and `reason` are those of `close`.
        """
        if self._farewell is None:
            self._farewell = code, reason
            self._outbound.close()
            self._inbound.end(settle_s=self._shared.timing.settle_s if settle_s is None else settle_s)

    async def close(self) -> None:
        """Close the socket, if it is still there."""
        self.end()
        if self._farewell is not None:
            await self.socket.close(*self._farewell)

    def _receive(self, data: bytes) -> None:
        """Take a frame: a call to its queue, an answer to the call of ours that it belongs to."""
        if self._farewell is not None:
            return
        shared = self._shared
        at = self.socket.heard_at
        if len(data) <= shared.limits.frame_bytes:
            message = rpc.parse(data)
        else:
            message = rpc.malformed(data, "The frame is too large")
        if isinstance(message, Call):
            message_id = self._log.received(data, message, answers=None, at=at)
            shared.instruments.call_received(message.action)
            self._inbound.add(message, Origin(self.about, message_id, at))
            if len(self._inbound) >= shared.limits.waiting_calls:
                self._regulate()
        else:
            self._receive_answer(data, message, at)

    def _receive_answer(self, data: bytes, message: Result | Error | Malformed, at: datetime) -> None:
        awaited = self._outbound.expects(message.id)
        message_id = self._log.received(data, message, answers=awaited.action if awaited else None, at=at)
        if isinstance(message, Malformed):
            log.warning("gateway.malformed", reason=message.description, message_id=message_id, size=len(data))
            if message.type is MessageType.CALL:
                self._refuse(message)
                return
        if awaited is not None:
            self._outbound.answered(_as_answer(message), at=at)
        elif not isinstance(message, Malformed):
            log.info("gateway.answer_unmatched", message_id=message_id)

    def _refuse(self, message: Malformed) -> None:
        if message.id is None:
            return
        frame = rpc.error(message.id, ErrorCode.FORMATION_VIOLATION, message.description)
        self._answer(frame, kind="error", action=None, ocpp_id=message.id)

    def _answer(self, frame: bytes, *, kind: str, action: str | None, ocpp_id: MessageId) -> None:
        if self.socket.push(frame):
            self._log.sent(frame, id_=new_id(), kind=kind, action=action, ocpp_id=ocpp_id, at=self._shared.clock.now())

    def _regulate(self) -> None:
        """Read on while there is room; while an answer of the charger is due, more of its calls may wait."""
        limits = self._shared.limits
        limit = limits.waiting_calls if self._outbound.current is None else limits.waiting_calls_at_most
        self.socket.hold(is_held=len(self._inbound) >= limit)

    async def _handle(self, call: Call, origin: Origin) -> Rest | None:
        """Answer a call; returns what is left to do where somebody else has to be asked first."""
        note = functools.partial(self._note, call.action)
        answered = await answer(call, origin, dialect=self._dialect, shared=self._shared, note=note)
        if isinstance(answered, Later):
            return self._answer_late(call, answered)
        await self._give(call, answered)
        return None

    async def _turn_away(self, call: Call) -> None:
        """More calls than may be in work at once: the charger may repeat it."""
        log.warning("gateway.call_turned_away", action=call.action)
        await self._give(call, Answered("error", rpc.error(call.id, ErrorCode.INTERNAL_ERROR, _TOO_MANY)))

    async def _answer_late(self, call: Call, later: Later[Answered]) -> None:
        await self._give(call, await later.outcome)

    async def _give(self, call: Call, answered: Answered) -> None:
        self._answer(answered.frame, kind=answered.kind, action=call.action, ocpp_id=call.id)
        if self.socket.is_held:
            self._regulate()
        if self.socket.paused:
            await self.socket.drain()

    def _transmit(self, action: str, payload: Payload) -> Sent | None:
        sent = Sent(new_id(), self._shared.clock.now())
        frame = rpc.call(sent.message_id, action, payload)
        if not self.socket.push(frame):
            return None
        self._log.called(frame, id_=sent.message_id, action=action, payload=payload, at=sent.at)
        self._shared.instruments.call_sent(action)
        return sent

    def _note(self, action: str, oddity: str) -> None:
        """Log what was tolerated, once per line."""
        if (action, oddity) not in self._noted and len(self._noted) < _MAX_NOTES:
            self._noted.add((action, oddity))
            log.info("gateway.tolerated", action=action, oddity=oddity)


def _as_answer(message: Result | Error | Malformed) -> Result | Error:
    if isinstance(message, Malformed):
        return Error(str(message.id), ErrorCode.FORMATION_VIOLATION, "The answer is malformed")
    return message
