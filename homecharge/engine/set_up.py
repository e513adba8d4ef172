"""Set up a charger on each line and after each boot: ask its state, read what it can do, set its meter."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

from homecharge.domain.errors import Unavailable
from homecharge.observability.clock import Clock
from homecharge.observability.logging import get_logger
from homecharge.ports.charger_events import Line
from homecharge.ports.charger_link import (
    ChangeConfiguration,
    ChargerLink,
    Command,
    GetConfiguration,
    Outcome,
    Reply,
    TriggerMessage,
)
from homecharge.ports.units import Units
from homecharge.services import charger_reports
from homecharge.storage.queries.charger_reports import find_configuration

log = get_logger(__name__)

SAMPLE_INTERVAL = timedelta(seconds=60)
MEASURANDS = ("Energy.Active.Import.Register", "Power.Active.Import", "Current.Import", "SoC")
OFFLINE = {"LocalAuthListEnabled": "true", "LocalAuthorizeOffline": "true", "LocalPreAuthorize": "false"}
"""Without a line a charger goes by its list of cards, and with one it asks: set where it has the key, and otherwise."""
AT_A_TIME = 100
"""Set-ups that run side by side; the others wait, their chargers are served meanwhile."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A line on which the state is not known, or on which the charger has booted and so forgotten what was set."""

    line: Line
    has_booted: bool = False


@dataclass(slots=True)
class _Findings:
    """`configuration` is what the charger told and took, `refused` what it did not do, with its word for that."""

    configuration: dict[str, str | None] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    is_read: bool = False


@dataclass(slots=True, eq=False)
class _Talk:
    """A set-up under way: `is_asking` for the state, and `is_due` while the configuration is yet to be read and set.

    None until the database has told whether it was read before.
    """

    line: Line
    is_asking: bool = True
    is_due: bool | None = None
    task: asyncio.Task[None] | None = None


class SetUp:
    """Works through lines as they open. A charger may refuse any of it: that is noted, and the rest goes on."""

    def __init__(self, units: Units, link: ChargerLink, clock: Clock, *, timeout: timedelta, again_s: float) -> None:
        self._units, self._link, self._clock = units, link, clock
        self._timeout_s, self._again_s = timeout.total_seconds(), again_s
        self._turns = asyncio.Semaphore(AT_A_TIME)
        self._talks: dict[str, _Talk] = {}

    async def run(self, wanted: asyncio.Queue[Wanted]) -> None:
        """Until cancelled."""
        try:
            while True:
                self._begin(await wanted.get())
        finally:
            for talk in self._talks.values():
                _end(talk)

    def _begin(self, wanted: Wanted) -> None:
        """A new line ends the talk on the one that it replaces; what is wanted twice during a talk is done again."""
        charger_id = wanted.line.charger_id
        talk = self._talks.get(charger_id)
        if talk is None or talk.line != wanted.line:
            _end(talk)
            talk = self._talks[charger_id] = _Talk(wanted.line)
            talk.task = asyncio.create_task(self._set_up(talk), name=f"set-up-{wanted.line.identity}")
        talk.is_due = True if wanted.has_booted else talk.is_due
        talk.is_asking = talk.is_asking or not wanted.has_booted

    async def _set_up(self, talk: _Talk) -> None:
        """Until nothing is due; what a database that is away cut short is done again."""
        try:
            while talk.is_asking or talk.is_due is not False:
                try:
                    async with self._turns:
                        await self._go_on(talk)
                except Unavailable as away:
                    log.warning("set_up.postponed", charger_id=talk.line.charger_id, reason=away.code)
                    await asyncio.sleep(self._again_s)
        finally:
            if self._talks.get(talk.line.charger_id) is talk:
                del self._talks[talk.line.charger_id]

    async def _go_on(self, talk: _Talk) -> None:
        """The state first: sessions wait for it."""
        if talk.is_asking:
            talk.is_asking = False
            await self._send(talk.line, TriggerMessage("StatusNotification"))
        elif talk.is_due is None:
            known = await self._units.run_read(find_configuration, talk.line.charger_id)
            talk.is_due = bool(talk.is_due) or known is None
        else:
            talk.is_due = False
            try:
                await self._configure(talk.line)
            except Unavailable:
                talk.is_due = True
                raise

    async def _configure(self, line: Line) -> None:
        findings = _Findings()
        answer = await self._send(line, GetConfiguration())
        if answer.outcome in {Outcome.NO_ANSWER, Outcome.NOT_SENT}:
            return  # a mute charger would hold up the others; its next line or boot is another occasion
        findings.configuration.update(answer.configuration)
        findings.is_read = answer.outcome is Outcome.ACCEPTED
        if not findings.is_read:
            findings.refused["GetConfiguration"] = answer.status or answer.outcome.value
        await self._change(line, "MeterValueSampleInterval", str(int(SAMPLE_INTERVAL.total_seconds())), findings)
        await self._choose_measurands(line, findings)
        for key, value in OFFLINE.items():
            if (present := answer.configuration.get(key)) is not None and present.strip().lower() != value:
                await self._change(line, key, value, findings)
        await self._units.run_write(
            charger_reports.configured,
            line,
            findings.configuration,
            findings.refused,
            is_read=findings.is_read,
            now=self._clock.now(),
        )

    async def _choose_measurands(self, line: Line, findings: _Findings) -> None:
        """One that is not supported rejects the whole list, so the list grows by one at a time."""
        taken: tuple[str, ...] = ()
        for measurand in MEASURANDS:
            wanted = (*taken, measurand)
            if await self._change(line, "MeterValuesSampledData", ",".join(wanted), findings, noted_as=measurand):
                taken = wanted

    async def _change(
        self, line: Line, key: str, value: str, findings: _Findings, *, noted_as: str | None = None
    ) -> bool:
        reply = await self._send(line, ChangeConfiguration(key, value))
        if reply.outcome is Outcome.ACCEPTED:
            findings.configuration[key] = value
            return True
        findings.refused[noted_as or key] = reply.status or reply.outcome.value
        return False

    async def _send(self, line: Line, command: Command) -> Reply:
        return await self._link.send(line.charger_id, command, timeout_s=self._timeout_s)


def _end(talk: _Talk | None) -> None:
    if talk is not None and talk.task is not None:
        talk.task.cancel()
