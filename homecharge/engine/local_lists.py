"""Lists of cards: chargers are asked which one they keep, and told what is missing (authorization.md, *Offline*)."""

import asyncio
import dataclasses
from collections.abc import Sequence
from weakref import WeakValueDictionary

from homecharge.domain.errors import Unavailable
from homecharge.domain.local_lists import ListUpdate, plan_updates
from homecharge.domain.timing import Timing
from homecharge.observability.clock import Clock
from homecharge.observability.logging import get_logger
from homecharge.observability.metrics import Metrics
from homecharge.ports.charger_link import ChargerLink, GetLocalListVersion, Outcome, Reply, SendLocalList
from homecharge.ports.units import Db, Units
from homecharge.services.local_lists import ListOutcome, ListTelling, ListTold, local_lists_answered, prepare_again
from homecharge.storage.group_commit import GroupCommit

log = get_logger(__name__)

_MISMATCH = "VersionMismatch"
_NO_LISTS = frozenset({"NotSupported", "NotImplemented"})
"""Of a SendLocalList: as its status, or as the code of a CALLERROR."""


class LocalLists:
    """Keeps the lists of chargers true; an answer that cannot be written leaves the list to its alarm."""

    def __init__(self, units: Units, link: ChargerLink, clock: Clock, metrics: Metrics, *, timing: Timing) -> None:
        self._units, self._link, self._clock, self._timing = units, link, clock, timing
        self._timeout_s = timing.command_timeout.total_seconds()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        """By charger: the parts of two lists do not mix."""
        self._answers: GroupCommit[ListTold, None] = GroupCommit(
            units, self._write, name="local_lists", observe=metrics.group_commit_size.labels("local_lists").observe
        )

    async def send(self, telling: ListTelling) -> None:
        """Make the charger's list what it should be, once what it is being told already has arrived."""
        charger_id = telling.owed.charger_id
        turn = self._turns.setdefault(charger_id, asyncio.Lock())
        has_waited = turn.locked()
        try:
            async with turn:
                if has_waited:
                    telling = await self._units.run_read(prepare_again, telling, now=self._clock.now())
                told = await self._tell(telling)
                log.info("local_list.told", charger_id=charger_id, outcome=told.outcome.name, version=told.version)
                await self._answers.submit(told)
        except Unavailable as away:
            log.warning("local_list.answer_lost", charger_id=charger_id, reason=away.code)

    async def _tell(self, telling: ListTelling) -> ListTold:
        """A list that is not the one we think is healed at once, with a whole one above what the charger has by then.

        Once in a look only, and never where a whole list does not match: then the next look is that of the alarm.
        """
        told, is_mismatch = await self._bring_up(telling)
        if is_mismatch:
            distrusted = dataclasses.replace(telling.kept, sent_at=None)
            told, _ = await self._bring_up(dataclasses.replace(telling, kept=distrusted))
        return told

    async def _bring_up(self, telling: ListTelling) -> tuple[ListTold, bool]:
        """Ask what it keeps, tell what is missing; also whether changes did not match what it keeps (§5.15)."""
        answer = await self._link.send(telling.owed.charger_id, GetLocalListVersion(), timeout_s=self._timeout_s)
        if answer.outcome is Outcome.NOT_SENT:
            return ListTold(telling, ListOutcome.NOT_SENT), False
        if answer.outcome is Outcome.NO_ANSWER:
            return ListTold(telling, ListOutcome.FAILED), False
        version = None
        for update in self._plan(telling, answer.list_version):
            reply = await self._link.send(telling.owed.charger_id, SendLocalList(update), timeout_s=self._timeout_s)
            if reply.outcome is not Outcome.ACCEPTED:
                return ListTold(telling, _failure(reply)), reply.status == _MISMATCH and not update.is_full
            version = update.version
        return ListTold(telling, ListOutcome.KEPT, version), False

    def _plan(self, telling: ListTelling, reported: int | None) -> tuple[ListUpdate, ...]:
        return plan_updates(telling.kept, telling.wanted, reported=reported, room=telling.room, now=self._clock.now())

    def _write(self, db: Db, answers: Sequence[ListTold]) -> Sequence[None]:
        local_lists_answered(db, answers, self._timing, now=self._clock.now())
        return [None] * len(answers)

    async def close(self) -> None:
        """Write the answers that wait."""
        await self._answers.close()


def _failure(reply: Reply) -> ListOutcome:
    if reply.outcome is Outcome.NOT_SENT:
        return ListOutcome.NOT_SENT
    return ListOutcome.REFUSED if reply.status in _NO_LISTS else ListOutcome.FAILED
