"""The demo from its first word to its last: sets up, plays every scene at once, and tells what comes of it."""

import asyncio
import contextlib
import sys
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType, TracebackType
from typing import ClassVar, Self

from homecharge.observability.clock import SystemClock
from homecharge.observability.logging import get_logger
from homecharge.settings import PREFIX, OutboundPrivate, Settings, SettingsError
from homecharge.settings.secret_key import resolve_secret_key
from homecharge.simulator.demo.api import NO_ANSWER, Api
from homecharge.simulator.demo.bulletin import HEADING, Bulletin
from homecharge.simulator.demo.homes import SMART, TOLD, GatewayAddress, Wallbox, set_up, tidy_up
from homecharge.simulator.demo.notices import Notices
from homecharge.simulator.demo.people import DRIVER, STAFF
from homecharge.simulator.demo.receiver import forget, receiving
from homecharge.simulator.demo.scenes import SCENES
from homecharge.simulator.demo.welcome import Addresses, curl, welcome
from homecharge.simulator.failures import CallFailed

log = get_logger(__name__)

FAILURES = (*NO_ANSWER, CallFailed, TimeoutError)
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - nothing is bound here, only understood
ENDING_S = 3.0


class Demo:
    """Runs beside the roles, inside the context that it is; leaving it unplugs every car."""

    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            f"{PREFIX}START_CONFIRM_S": "8",
            f"{PREFIX}ENERGY_CONFIRM_S": "6",
            f"{PREFIX}COMMAND_TIMEOUT_S": "5",
            f"{PREFIX}OFFLINE_GRACE_S": "5",
            f"{PREFIX}OUTAGE_GRACE_S": "5",
            f"{PREFIX}BOOST_WINDOW_S": "60",
            f"{PREFIX}STABLE_LINE_S": "3",
            f"{PREFIX}BACKOFF_S": "8,20,40",
            f"{PREFIX}LOST_AVAILABLE_S": "5",
            f"{PREFIX}LOST_PLUGGED_S": "10",
            f"{PREFIX}OUTBOUND_PRIVATE": OutboundPrivate.ALLOW.value,
            f"{PREFIX}LOG_LEVEL": "WARNING",
        }
    )
    """What `run --demo` sets where the environment does not: waits that fit into a minute, a webhook on this very
    machine, and a quiet console."""

    def __init__(self, settings: Settings) -> None:
        """Raises SettingsError for an installation that no demo belongs in."""
        if problems := _problems(settings):
            raise SettingsError(problems)
        key = resolve_secret_key(settings)
        self.passwords = {person: person.password(key) for person in (DRIVER, *STAFF)}
        scheme = "ws" if settings.ocpp_tls_cert is None else "wss"
        ocpp = f"{scheme}://{_own(settings.ocpp_host)}:{settings.ocpp_port}/ocpp"
        self._gateway = GatewayAddress(ocpp, settings.ocpp_tls_cert)
        self._addresses = Addresses(
            http=f"http://{_own(settings.http_host)}:{settings.http_port}",
            ocpp=ocpp,
            database=str(settings.sqlite_path),
        )
        self._longest_open = timedelta(seconds=settings.boost_window_s)
        self._boxes: dict[str, Wallbox] = {}
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Begin; what follows happens beside the roles, which listen already."""
        self._task = asyncio.create_task(self._play(), name="demo")
        self._task.add_done_callback(_ended)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End: no scene goes on, and no charge is left behind that nobody ends."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
        with contextlib.suppress(*FAILURES):
            async with asyncio.timeout(ENDING_S), self._api() as api:
                await self._tidy_up(api)
        await asyncio.gather(*(_leave(box) for box in self._boxes.values()))

    def _api(self) -> Api:
        return Api(self._addresses.http, DRIVER, self.passwords[DRIVER])

    async def _tidy_up(self, api: Api) -> None:
        await tidy_up(api, since=SystemClock().now() - self._longest_open)
        await forget(api)

    async def _play(self) -> None:
        async with contextlib.AsyncExitStack() as stack:
            try:
                api = await stack.enter_async_context(self._api())
                bulletin = await self._prepare(api, stack)
            except FAILURES as failed:
                _write(f"The demo cannot begin: {failed!r}. Homecharge itself goes on; Ctrl-C ends it.")
                return
            _write(welcome(self._addresses, self.passwords, self._boxes))
            _write(HEADING)
            async with asyncio.TaskGroup() as group:
                group.create_task(bulletin.follow())
                await asyncio.gather(*(_play_scene(api, box) for box in self._boxes.values()))
                await bulletin.tell()
                smart = await api.list_all("/v1/sessions", kind="smart", status="planned,charging,paused")
                _write(self._closing(bulletin, [str(session["occurrence_id"]) for session in smart]))

    async def _prepare(self, api: Api, stack: contextlib.AsyncExitStack) -> Bulletin:
        await api.sign_up()
        await self._tidy_up(api)
        self._boxes = await set_up(api, self._gateway)
        names = {box.id: box.name for box in self._boxes.values()}
        notices = Notices(self._boxes[TOLD].id, _write)
        await stack.enter_async_context(receiving(api, notices.take_hook))
        bulletin = Bulletin(api, names, notices, since=SystemClock().now(), write=_write)
        await bulletin.begin()
        return bulletin

    def _closing(self, bulletin: Bulletin, planned: Sequence[str]) -> str:
        lines = ["", f"That was the tour: {bulletin.count()}"]
        if reference := bulletin.recovered():
            story = curl(self._addresses, STAFF[0], self.passwords, f"/v1/support/sessions/{reference}")
            lines += [f"What a support agent is told about {reference}, in one call:", story]
        for occurrence_id in planned[:1]:
            path = f"/v1/occurrences/{occurrence_id}/plan.svg"
            picture = curl(self._addresses, DRIVER, self.passwords, path, into="> plan.svg")
            lines += [f"The car at the {SMART} waits for cheaper hours; its plan as a picture:", picture]
        return "\n".join([*lines, "", "Everything goes on running. Ctrl-C ends it; `make run` begins again.", ""])


def _problems(settings: Settings) -> Collection[str]:
    problems = []
    if settings.is_production:
        problems.append(f"--demo belongs on a SQLite database, not on the one of {PREFIX}DATABASE_URL.")
    if not settings.http_port or not settings.ocpp_port:
        problems.append(f"--demo needs {PREFIX}HTTP_PORT and {PREFIX}OCPP_PORT to be fixed ports.")
    if not settings.allows_private_urls:
        problems.append(f"--demo has a webhook on this machine: it needs {PREFIX}OUTBOUND_PRIVATE=allow.")
    return problems


def _own(host: str) -> str:
    """How this machine reaches itself."""
    reached = EVERYWHERE.get(host, host)
    return f"[{reached}]" if ":" in reached else reached


def _ended(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (failure := task.exception()) is not None:
        log.error("demo.failed", exc_info=failure)


async def _play_scene(api: Api, box: Wallbox) -> None:
    """One that fails says so and leaves the others alone."""
    try:
        await box.point.connect()
        await SCENES[box.name](api, box)
    except FAILURES as failed:
        _write(f"The scene at the {box.name} ended early: {failed!r}")


async def _leave(box: Wallbox) -> None:
    with contextlib.suppress(*FAILURES):
        async with asyncio.timeout(ENDING_S):
            if box.point.state().in_transaction:
                await box.point.unplug()
            await box.point.close()


def _write(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
