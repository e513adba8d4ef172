"""Firmware updates and diagnostics of a simulated charge point (OCPP 1.6 §4.4, §4.5, §5.19, §6.19); none leaves it."""

from __future__ import annotations

import asyncio
from datetime import datetime
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from homecharge.simulator.line import Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from homecharge.simulator.behaviour import Payload
    from homecharge.simulator.station import Station

IDLE = "Idle"
LONGEST_VERSION = 50
"""CiString50Type (OCPP 1.6 §6.5)."""


class Maintenance:
    """What it is at: one update and one upload at most; a later request takes the place of the one before."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self.firmware_status = IDLE
        self.diagnostics_status = IDLE
        self._updating: asyncio.Task[None] | None = None
        self._uploading: asyncio.Task[None] | None = None

    def update(self, payload: Payload) -> None:
        """Begin to fetch and install what is at `location`, from `retrieveDate` on."""
        self._updating = self._replace(self._updating, self._update(payload))

    def upload(self, payload: Payload) -> None:
        """Begin to send the diagnostics to `location`."""
        self._uploading = self._replace(self._uploading, self._upload(payload))

    def report_firmware(self) -> None:
        """Say how far the update is."""
        self._station.outbox.post("FirmwareStatusNotification", {"status": self.firmware_status})

    def report_diagnostics(self) -> None:
        """Say how far the upload is."""
        self._station.outbox.post("DiagnosticsStatusNotification", {"status": self.diagnostics_status})

    def _replace(self, task: asyncio.Task[None] | None, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        if task:
            task.cancel()
        return self._station.tasks.spawn(work)

    async def _update(self, payload: Payload) -> None:
        await self._install(payload)
        self.firmware_status = IDLE

    async def _install(self, payload: Payload) -> None:
        """A charge that is under way is let end before."""
        station = self._station
        wait = datetime.fromisoformat(payload["retrieveDate"]) - station.charging.wall()
        await asyncio.sleep(wait.total_seconds())
        fails = station.behaviour.firmware_failure
        if not await self._fetch(payload, fails=fails == "DownloadFailed"):
            return
        await station.journal.until(lambda: not any(c.transaction for c in station.charging), within_s=None)
        self._firmware_is("Installing")
        await self._stage()
        if fails == "InstallationFailed":
            self._firmware_is(fails)
            return
        station.firmware_version = PurePosixPath(urlsplit(payload["location"]).path).stem[:LONGEST_VERSION]
        await station.restart(reason="Reboot")
        await station.journal.until(lambda: station.outbox.is_open, within_s=None)
        self._firmware_is("Installed")

    async def _fetch(self, payload: Payload, *, fails: bool) -> bool:
        """As often as `retries` says, `retryInterval` apart."""
        for left in range(payload.get("retries", 0), -1, -1):
            self._firmware_is("Downloading")
            await self._stage()
            self._firmware_is("DownloadFailed" if fails else "Downloaded")
            if not fails:
                return True
            if left:
                await asyncio.sleep(payload.get("retryInterval", 0) / self._station.behaviour.time_scale)
        return False

    async def _upload(self, payload: Payload) -> None:
        fails = self._station.behaviour.upload_fails
        for left in range(payload.get("retries", 0) if fails else 0, -1, -1):
            self._diagnostics_are("Uploading")
            await self._stage()
            self._diagnostics_are("UploadFailed" if fails else "Uploaded")
            if left:
                await asyncio.sleep(payload.get("retryInterval", 0) / self._station.behaviour.time_scale)
        self.diagnostics_status = IDLE

    async def _stage(self) -> None:
        behaviour = self._station.behaviour
        await asyncio.sleep(behaviour.stage_s / behaviour.time_scale)

    def _firmware_is(self, status: str) -> None:
        self.firmware_status = status
        self._station.journal.note(f"firmware: {status}")
        self.report_firmware()

    def _diagnostics_are(self, status: str) -> None:
        self.diagnostics_status = status
        self._station.journal.note(f"diagnostics: {status}")
        self.report_diagnostics()


def update_firmware(station: Station, payload: Payload) -> Reply:
    """Agree, and begin when it is time."""
    datetime.fromisoformat(payload["retrieveDate"])
    return Reply({}, then=partial(_begin, station.maintenance.update, payload))


def get_diagnostics(station: Station, payload: Payload) -> Reply:
    """Name the file that is being sent; no name where there is none to send."""
    if not payload["location"] or not station.behaviour.has_diagnostics:
        return Reply({})
    name = f"diagnostics-{station.identity}-{station.charging.wall():%Y%m%dT%H%M%S}.log"
    return Reply({"fileName": name}, then=partial(_begin, station.maintenance.upload, payload))


async def _begin(work: Callable[[Payload], None], payload: Payload) -> None:
    work(payload)
