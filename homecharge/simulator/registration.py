"""How a simulated charge point becomes known on a line: statuses, BootNotification, heartbeats (OCPP 1.6 §4.2)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from homecharge.simulator.connector import IdToken
from homecharge.simulator.failures import CallFailed, LineDown

if TYPE_CHECKING:
    from homecharge.simulator.behaviour import Payload
    from homecharge.simulator.station import Station


class Registration:
    """Whether the server has accepted the charge point since it was switched on, and the way there."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._is_done = False

    def forget(self) -> None:
        """The charge point is switched off: it boots on the next line."""
        self._is_done = False

    async def register(self) -> None:
        """Boot where it has not since it was switched on, then report; else only report, as it behaves."""
        station = self._station
        behaviour = station.behaviour
        if self._is_done and not behaviour.boot_on_reconnect:
            station.outbox.open()
            station.journal.wake()
            self._start_heartbeats()
            self._report_statuses(wanted=behaviour.status_on_reconnect)
            return
        if behaviour.status_before_boot:
            for connector in station.charging:
                await station.line.call("StatusNotification", station.charging.status_of(connector))
        wait_s = await self._boot()
        while wait_s is not None:
            await asyncio.sleep(wait_s)
            wait_s = await self._boot()
        station.journal.counters.boots += 1
        self._is_done = True
        station.outbox.open()
        station.journal.wake()
        self._report_statuses(wanted=not behaviour.status_before_boot)
        for connector in station.charging.plugs():
            if behaviour.free_vend and connector.plugged and connector.can_start():
                station.charging.start(connector, IdToken(behaviour.free_vend_tag))

    async def send_boot(self) -> Payload:
        """Send a BootNotification and take the interval from its answer."""
        station = self._station
        body = {
            "chargePointVendor": "Homecharge",
            "chargePointModel": "Simulator",
            "chargePointSerialNumber": station.identity[:25],
            "firmwareVersion": station.firmware_version,
        }
        verdict = await station.line.call("BootNotification", body)
        if verdict["status"] == "Accepted":
            if verdict["interval"] > 0:
                station.configuration.set("HeartbeatInterval", str(verdict["interval"]))
            self._start_heartbeats()
        return verdict

    async def _boot(self) -> float | None:
        """Seconds until the next BootNotification; None once the server has accepted one."""
        retry_s = self._station.behaviour.retry_s
        try:
            verdict = await self.send_boot()
        except LineDown:
            raise
        except CallFailed:
            return retry_s
        return None if verdict["status"] == "Accepted" else float(verdict["interval"] or retry_s)

    def _report_statuses(self, *, wanted: bool) -> None:
        for connector in self._station.charging:
            self._station.charging.refresh(connector, report=wanted)

    def _start_heartbeats(self) -> None:
        override_s = self._station.behaviour.heartbeat_s
        interval_s = self._station.configuration.seconds("HeartbeatInterval") if override_s is None else override_s
        self._station.heartbeats.every(interval_s)
