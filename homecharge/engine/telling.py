"""Telling people: what has happened goes into inboxes, and from there out by webhook, push and mail."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from homecharge.domain.errors import Unavailable
from homecharge.observability.clock import Clock
from homecharge.observability.logging import get_logger
from homecharge.observability.metrics import Metrics
from homecharge.ports.notifier import Hook, HookPoster, Mailer, NotDelivered
from homecharge.ports.units import Db, Units
from homecharge.services import delivering, telling
from homecharge.services.delivering import Ready
from homecharge.services.outgoing import Ways
from homecharge.storage.database import InvariantBroken
from homecharge.storage.queries.deliveries import DueDelivery

log = get_logger(__name__)

AT_ONCE = 100
"""So many are on their way at a time: nobody waits for a slow webhook of another's for long."""


class Telling:
    """The scheduler's; several of them share the work, because claiming sets the alarm.

    A crash between sending and its note sends again, under the same id.
    """

    def __init__(
        self,
        units: Units,
        clock: Clock,
        metrics: Metrics,
        ways: Ways,
        *,
        hooks: HookPoster,
        push: HookPoster,
        mailer: Mailer | None,
        offline_told: timedelta,
    ) -> None:
        self._units, self._clock, self._metrics, self._ways = units, clock, metrics, ways
        self._hooks, self._push, self._mailer = hooks, push, mailer
        self._offline_told = offline_told
        self._sending: set[asyncio.Task[None]] = set()

    async def look(self) -> None:
        """Write what there is to tell, then send what is due; nobody's answer is waited for here."""
        try:
            for tell in (self._tell_of_sessions, self._tell_of_chargers):
                while await self._units.run_write(tell):
                    pass
            while len(self._sending) < AT_ONCE:
                claimed = await self._units.run_write(delivering.claim, now=self._clock.now())
                if not claimed:
                    break
                await self._prepare_and_send(claimed)
        except (Unavailable, InvariantBroken) as away:
            log.warning("telling.postponed", reason=away.code)

    async def close(self, *, within_s: float) -> None:
        """Let what is on its way arrive; what does not is sent again by whoever looks next."""
        if self._sending:
            _, late = await asyncio.wait(self._sending, timeout=within_s)
            for task in late:
                task.cancel()

    def _tell_of_sessions(self, db: Db) -> int:
        return telling.tell_of_sessions(db, self._ways.channels, now=self._clock.now())

    def _tell_of_chargers(self, db: Db) -> int:
        """In a unit of its own: it reaches for occurrences, and whoever changes these may hold a session to tell of."""
        return telling.tell_of_chargers(db, self._ways.channels, patience=self._offline_told, now=self._clock.now())

    async def _prepare_and_send(self, claimed: Sequence[DueDelivery]) -> None:
        """All at once; where one of them cannot be put into words, by halves, so that it holds up no other."""
        now = self._clock.now()
        try:
            prepared = await self._units.run_read(delivering.prepare, claimed, self._ways, now=now)
        except Unavailable:
            raise
        except Exception:
            log.exception("notification.not_prepared", deliveries=len(claimed), delivery_id=claimed[0].id)
            await self._prepare_apart(claimed)
            return
        if prepared.over:
            await self._units.run_write(delivering.end, prepared.over, now=now)
        for ready in prepared.ready:
            task = asyncio.create_task(self._send(ready))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    async def _prepare_apart(self, claimed: Sequence[DueDelivery]) -> None:
        if len(claimed) == 1:
            self._metrics.notifications.labels(claimed[0].channel.value, "failed").inc()
            await self._units.run_write(delivering.unprepared, claimed[0], now=self._clock.now())
            return
        middle = len(claimed) // 2
        await self._prepare_and_send(claimed[:middle])
        await self._prepare_and_send(claimed[middle:])

    async def _send(self, ready: Ready) -> None:
        due, channel = ready.due, ready.due.channel.value
        try:
            answer = await self._hand_over(ready)
        except NotDelivered as failure:
            self._metrics.notifications.labels(channel, "failed").inc()
            log.warning("notification.not_delivered", channel=channel, delivery_id=due.id, reason=failure.reason)
            await self._note_failure(ready, failure)
        except Exception:  # the outermost of a delivery: its alarm rings again
            log.exception("notification.send_failed", channel=channel, delivery_id=due.id)
        else:
            self._metrics.notifications.labels(channel, "delivered").inc()
            await self._note(ready, answer)

    async def _hand_over(self, ready: Ready) -> bytes:
        """What was said to it; nobody says anything to a mail."""
        now = self._clock.now()
        if isinstance(ready.message, Hook):
            poster = self._push if ready.due.webhook_id is None else self._hooks
            return await poster.post(ready.message, now=now)
        if self._mailer is None:
            raise NotDelivered("there is no mail server", is_final=True)
        await self._mailer.send(ready.message, now=now)
        return b""

    async def _note(self, ready: Ready, answer: bytes) -> None:
        try:
            await self._units.run_write(delivering.delivered, ready.due, answer, now=self._clock.now())
        except (Unavailable, InvariantBroken) as away:
            log.warning("notification.delivery_unnoted", delivery_id=ready.due.id, reason=away.code)

    async def _note_failure(self, ready: Ready, failure: NotDelivered) -> None:
        try:
            await self._units.run_write(
                delivering.failed,
                ready,
                failure.reason,
                self._ways,
                is_final=failure.is_final,
                now=self._clock.now(),
            )
        except (Unavailable, InvariantBroken) as away:
            log.warning("notification.failure_unnoted", delivery_id=ready.due.id, reason=away.code)
