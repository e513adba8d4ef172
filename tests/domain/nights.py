"""A drawn night: one character a minute for what happens, one for the status of the session after it.

    "-+aTwwR"   the line drops, is up, the charger accepts, begins a transaction, energy flows twice, it ends (Remote)
    "ppsCCC#"   planned, planned, starting, charging, charging, charging, completed

Alarms ring between the characters, as they would. Every decision is held to what must hold of all of them.
"""

import dataclasses
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from homecharge.domain.charger_state import PLUGGED, ConnectorStatus, Transaction
from homecharge.domain.facts import Decision, Facts, StartCommand, Stop
from homecharge.domain.metering import FLOW_WH
from homecharge.domain.session_state import MOVES, Answer, Session, Status, StopReason
from homecharge.domain.sessions import advance
from homecharge.domain.timeline import Step, StepKind
from tests.domain.builders import at, connector, facts, transaction

DRAWN = {
    Status.PLANNED: "p",
    Status.STARTING: "s",
    Status.CHARGING: "C",
    Status.PAUSED: "h",
    Status.COMPLETED: "#",
    Status.REJECTED: "x",
}
BRINGS_ABOUT = {
    StepKind.COMMANDED: Status.STARTING,
    StepKind.CHARGING: Status.CHARGING,
    StepKind.TRANSACTION_ADOPTED: Status.CHARGING,
    StepKind.PAUSED: Status.PAUSED,
    StepKind.RESUMED: Status.CHARGING,
    StepKind.COMPLETED: Status.COMPLETED,
    StepKind.REJECTED: Status.REJECTED,
}


def expect_sound(before: Facts, decision: Decision, *, now: datetime) -> None:
    """What holds of every decision, whatever the facts."""
    was, after = before.session, decision.session
    path = [was.status, *(BRINGS_ABOUT[step.kind] for step in decision.steps if _brings_about(step))]
    assert path[-1] is after.status
    assert all(later in MOVES[earlier] for earlier, later in pairwise(path)), path
    if after.is_over:
        assert after.wake_at is None
        assert was.is_over or (after.reason is not None) is (after.status is Status.REJECTED)
    else:
        assert after.wake_at is not None
        assert after.wake_at > now
    if decision.command is not None:
        first = before.transaction
        resumes = after.status is Status.PAUSED and first is not None and (first.is_ended_by_zero or first.is_paused)
        assert resumes or (was.status, after.status) == (Status.PLANNED, Status.STARTING)
        assert was.stop_requested_at is None
    if was.is_over:
        assert decision == Decision(session=was)


def _brings_about(step: Step) -> bool:
    return step.kind in BRINGS_ABOUT and step.cause != "resume"


def applied(before: Facts, decision: Decision) -> Facts:
    """The facts as they are once the decision is stored."""
    own = list(before.own)
    foreign, other = before.foreign, before.other
    if decision.adopts is not None:
        assert foreign is not None
        own.append(dataclasses.replace(foreign, session_id=decision.session.id, stop_at=None, stop_tries=0))
        foreign = None
    if decision.ends_session_id is not None:
        other = None
    owed = {stop.transaction_id: stop.at for stop in decision.stops}
    own = [dataclasses.replace(t, stop_at=owed[t.id]) if t.id in owed else t for t in own]
    own = [
        dataclasses.replace(t, stopped_at=t.heard_at, is_lost=True, stop_at=None) if t.id == decision.loses else t
        for t in own
    ]
    return dataclasses.replace(before, session=decision.session, own=tuple(own), foreign=foreign, other=other)


class Night:
    """One session and the charger around it, minute by minute."""

    def __init__(self, subject: Session | None = None, *, start: str = "00:29", **around: Any) -> None:
        self.facts = facts(subject, **around)
        self.now = at(start)
        self.commands: list[StartCommand] = []
        self.stops: list[Stop] = []
        self.steps: list[Step] = []

    @property
    def session(self) -> Session:
        return self.facts.session

    def play(self, events: Iterable[str]) -> str:
        """Let a minute pass with each event; returns the statuses as drawn."""
        drawn = []
        for event in events:
            self._ring_until(self.now)
            EVENTS[event](self)
            self._look()
            drawn.append(DRAWN[self.session.status])
            self._ring_until(self.now + timedelta(minutes=1))
        return "".join(drawn)

    def _ring_until(self, until: datetime) -> None:
        while self.session.wake_at is not None and self.session.wake_at < until:
            self.now = max(self.now, self.session.wake_at)
            self._look()
        self.now = until

    def _look(self) -> None:
        decision = advance(self.facts, now=self.now)
        expect_sound(self.facts, decision, now=self.now)
        self.facts = applied(self.facts, decision)
        self.change(session=dataclasses.replace(self.session, updated_at=self.now))
        self.steps += decision.steps
        self.stops += decision.stops
        if decision.command is not None:
            self.commands.append(decision.command)
        self._expect_rest()

    def _expect_rest(self) -> None:
        """Looking again at once changes nothing but the alarm."""
        again = advance(self.facts, now=self.now)
        expect_sound(self.facts, again, now=self.now)
        assert dataclasses.replace(again.session, wake_at=self.session.wake_at) == self.session
        assert (again.command, again.stops, again.loses, again.adopts) == (None, (), None, None)

    def change(self, **changes: Any) -> None:
        self.facts = dataclasses.replace(self.facts, **changes)

    def say(self, status: ConnectorStatus) -> None:
        """A StatusNotification, if there is a line for it."""
        there = self.facts.connector or connector()
        is_new = there.status is not status
        told = dataclasses.replace(
            there,
            status=status,
            reported_at=self.now if self.facts.charger.is_online else there.reported_at,
            changed_at=self.now if is_new else there.changed_at,
            plugged_in_at=there.plugged_in_at if status in PLUGGED else None,
        )
        self.change(connector=told)

    def line(self, *, is_up: bool) -> None:
        gone = {"connected_at": None, "offline_since": self.now}
        back = {"connected_at": self.now, "offline_since": None, "last_seen_at": self.now}
        self.change(charger=dataclasses.replace(self.facts.charger, **back if is_up else gone))
        if is_up and self.facts.connector is not None:
            self.say(self.facts.connector.status)

    def answer(self, answer: Answer) -> None:
        if self.session.status is Status.STARTING:
            self.change(session=dataclasses.replace(self.session, command_answer=answer))

    def begin(self) -> None:
        """StartTransaction: what is over gets no more of them."""
        if not self.session.is_over and self.facts.transaction is None:
            began = transaction(started_at=self.now, heard_at=self.now)
            self.change(own=(*self.facts.own, began))

    def sample(self, rise_wh: int) -> None:
        """MeterValues of the open transaction."""

        def counted(open_one: Transaction) -> Transaction:
            energy_wh = open_one.energy_wh + rise_wh
            flows_at = self.now if energy_wh >= FLOW_WH else None
            return dataclasses.replace(
                open_one,
                energy_wh=energy_wh,
                has_samples=True,
                heard_at=self.now,
                drew_at=open_one.drew_at or flows_at,
            )

        if self._change_open(counted):
            self.change(session=dataclasses.replace(self.session, energy_wh=self.session.energy_wh + rise_wh))

    def end(self, reason: str) -> None:
        """StopTransaction."""
        self._change_open(
            lambda open_one: dataclasses.replace(
                open_one, stopped_at=self.now, heard_at=self.now, stop_reason=reason, stop_at=None
            )
        )

    def stop(self) -> None:
        """The driver's."""
        is_running = self.session.is_live and self.session.stop_requested_at is None
        if is_running:
            asked = {"stop_requested_at": self.now, "stop_requested_as": StopReason.DRIVER}
            self.change(session=dataclasses.replace(self.session, **asked))

    def _change_open(self, change: Callable[[Transaction], Transaction]) -> bool:
        open_ones = [t for t in self.facts.own if t.stopped_at is None]
        self.change(own=tuple(change(t) if t in open_ones else t for t in self.facts.own))
        return bool(open_ones)


EVENTS: dict[str, Callable[[Night], None]] = {
    ".": lambda _: None,
    "-": lambda night: night.line(is_up=False),
    "+": lambda night: night.line(is_up=True),
    "u": lambda night: night.say(ConnectorStatus.AVAILABLE),
    "p": lambda night: night.say(ConnectorStatus.PREPARING),
    "c": lambda night: night.say(ConnectorStatus.CHARGING),
    "e": lambda night: night.say(ConnectorStatus.SUSPENDED_EV),
    "h": lambda night: night.say(ConnectorStatus.SUSPENDED_EVSE),
    "f": lambda night: night.say(ConnectorStatus.FINISHING),
    "!": lambda night: night.say(ConnectorStatus.FAULTED),
    "a": lambda night: night.answer(Answer.ACCEPTED),
    "r": lambda night: night.answer(Answer.REJECTED),
    "y": lambda night: night.answer(Answer.ERROR),
    "n": lambda night: night.answer(Answer.NO_ANSWER),
    "m": lambda night: night.answer(Answer.NOT_SENT),
    "T": lambda night: night.begin(),
    "0": lambda night: night.sample(0),
    "1": lambda night: night.sample(20),
    "w": lambda night: night.sample(1000),
    "S": lambda night: night.stop(),
    "R": lambda night: night.end("Remote"),
    "U": lambda night: night.end("EVDisconnected"),
    "L": lambda night: night.end("Local"),
    "P": lambda night: night.end("PowerLoss"),
    "O": lambda night: night.end("Other"),
    "E": lambda night: night.end("EmergencyStop"),
    "B": lambda night: night.end("Reboot"),
    "D": lambda night: night.end("DeAuthorized"),
}
