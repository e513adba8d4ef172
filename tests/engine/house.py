"""A running Homecharge with one home, for tests over real sockets: the engine's roles, a driver, simulated chargers."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select

from homecharge.bootstrap import Container
from homecharge.domain.accounts import Caller
from homecharge.domain.chargers import ChargerDetails, LineState, NewCharger
from homecharge.domain.homes import Location
from homecharge.domain.limits import Limit
from homecharge.domain.restricted_hours import Choice, RestrictedHours, RestrictedWindow
from homecharge.domain.schedules import Manual, Once, Schedule
from homecharge.domain.session_state import Kind, Session, Status
from homecharge.domain.times import WEEKDAYS, WallWindow
from homecharge.roles import running
from homecharge.services import boosts, chargers, stopping
from homecharge.services.boosts import Boost
from homecharge.services.restricted_hours import choose_restricted_hours
from homecharge.services.schedules import Wish, add_schedule
from homecharge.settings import Role, Settings
from homecharge.simulator.behaviour import Behaviour
from homecharge.simulator.charge_point import ChargePoint
from homecharge.storage.models import TimelineEntry, TransactionRow
from homecharge.storage.queries.sessions import TABLE, get_session, list_sessions
from tests.homes import make_charger, make_home, sign_up

WITHIN_S = 30.0
BACKSTAGE = frozenset({Role.GATEWAY, Role.SCHEDULER})
SHORT_WAITS: dict[str, Any] = {
    "tick_s": 0.5,
    "start_confirm_s": 20.0,
    "energy_confirm_s": 15.0,
    "command_timeout_s": 20.0,
    "offline_grace_s": 2.0,
    "outage_grace_s": 10.0,
    "boost_window_s": 60.0,
    "stable_line_s": 0.5,
    "backoff_s": (0.3, 0.3, 0.3),
    "lost_available_s": 60.0,
    "lost_plugged_s": 60.0,
    "stop_again_s": (0.4, 0.4, 0.4),
    "refused_grace_s": 0.6,
    "gateway_silent_s": 15.0,
}


class House:
    """The driver's side of a running installation."""

    def __init__(self, container: Container, driver: Caller, home: Location) -> None:
        self.container, self.driver, self.home = container, driver, home
        self._chargers: dict[str, NewCharger] = {}

    def add_charger(self, identity: str = "CP1") -> NewCharger:
        with self.container.database.write() as db:
            self._chargers[identity] = make_charger(db, self.driver, self.home, identity)
        return self._chargers[identity]

    def charge_point(self, identity: str = "CP1", behaviour: Behaviour | None = None, **options: Any) -> ChargePoint:
        """A simulated charger; it charges an hour's worth in 36 s and samples five times a second."""
        if identity not in self._chargers:
            self.add_charger(identity)
        url = f"ws://127.0.0.1:{self.container.gateway.port}/ocpp"
        behaviour = behaviour or quick()
        return ChargePoint(url, identity, self._chargers[identity].ocpp.password, behaviour=behaviour, **options)

    def charger_id(self, identity: str = "CP1") -> str:
        return self._chargers[identity].id

    def describe(self, identity: str = "CP1") -> ChargerDetails:
        """The charger as its owner sees it."""
        with self.container.database.read() as db:
            charger = chargers.get_charger(db, self.charger_id(identity), caller=self.driver)
            return chargers.describe_charger(db, charger, caller=self.driver)

    def change(self, identity: str = "CP1", **settings: Any) -> None:
        """Set something on the charger, as its owner."""
        if identity not in self._chargers:
            self.add_charger(identity)
        with self.container.database.write() as db:
            charger = chargers.get_charger(db, self.charger_id(identity), caller=self.driver, for_update=True)
            chargers.change_charger(db, charger, settings, now=self.now())

    def schedule(self, manual: Manual, identity: str = "CP1") -> Schedule:
        with self.container.database.write() as db:
            wish = Wish(spec=manual)
            return add_schedule(db, self.charger_id(identity), wish, caller=self.driver, now=self.now()).schedule

    def window(self, starts_in_s: float, ends_in_s: float | None = None, limit: Limit | None = None) -> Manual:
        """A one-off that starts and ends so soon, on the full second and the home's clock."""
        zone = ZoneInfo(self.home.time_zone)

        def wall(in_s: float) -> datetime:
            return (self.now() + seconds(in_s)).astimezone(zone).replace(microsecond=0)

        start, end = wall(starts_in_s), None if ends_in_s is None else wall(ends_in_s).time()
        return Manual(on=Once(start.date()), start_time=start.time(), end_time=end, limit=limit)

    def restrict(self, start_s: float, end_s: float, identity: str = "CP1") -> None:
        """No charging from so many seconds from now to so many, on the home's clock."""
        zone = ZoneInfo(self.home.time_zone)
        start, end = (
            (self.now() + seconds(in_s)).astimezone(zone).replace(microsecond=0).time() for in_s in (start_s, end_s)
        )
        hours = RestrictedHours(Choice.CUSTOM, (RestrictedWindow(WEEKDAYS, WallWindow(start, end)),))
        with self.container.database.write() as db:
            charger = chargers.get_charger(db, self.charger_id(identity), caller=self.driver, for_update=True)
            choose_restricted_hours(db, charger, hours, self.container.timing, now=self.now())

    def boost(self, identity: str = "CP1", limit: Limit | None = None) -> Session:
        wanted = Boost(limit=limit, connector_id=1, window=self.container.timing.boost_window)
        with self.container.database.write() as db:
            return boosts.boost(db, self.charger_id(identity), wanted, caller=self.driver, now=self.now())

    def stop(self, session: Session) -> Session:
        with self.container.database.write() as db:
            return stopping.stop_session(db, session.id, caller=self.driver, now=self.now())

    def cancel(self, session: Session) -> Session:
        with self.container.database.write() as db:
            return stopping.cancel_session(db, session.id, caller=self.driver, now=self.now())

    def now(self) -> datetime:
        return self.container.clock.now()

    def session(self, session_id: str) -> Session:
        with self.container.database.read() as db:
            return get_session(db, session_id)

    def sessions(self, identity: str = "CP1") -> list[Session]:
        with self.container.database.read() as db:
            return list_sessions(db, TABLE.c.charger_id == self.charger_id(identity))

    def transactions(self, identity: str = "CP1") -> list[Row[Any]]:
        """The charger's own records, oldest first."""
        t = TransactionRow.__table__
        with self.container.database.read() as db:
            return list(db.execute(select(t).where(t.c.charger_id == self.charger_id(identity)).order_by(t.c.id)))

    def steps(self, session_id: str) -> list[str]:
        entry = TimelineEntry
        with self.container.database.read() as db:
            return list(db.scalars(select(entry.kind).where(entry.session_id == session_id).order_by(entry.id)))

    def causes(self, session_id: str) -> list[str | None]:
        """The cause of each step."""
        entry = TimelineEntry
        with self.container.database.read() as db:
            return list(db.scalars(select(entry.cause).where(entry.session_id == session_id).order_by(entry.id)))

    async def until_line(self, state: LineState, identity: str = "CP1") -> None:
        """Wait until the charger's line is known to be up or down."""
        await self.until_true(lambda: self.describe(identity).connection.state is state)

    async def until_drawing(self, session: Session, within_s: float = WITHIN_S) -> Session:
        """The session once it is charging and energy flows."""

        def is_drawing() -> bool:
            present = self.session(session.id)
            return present.status is Status.CHARGING and present.drew_at is not None

        await self.until_true(is_drawing, within_s=within_s)
        return self.session(session.id)

    async def until_one(self, kind: Kind, identity: str = "CP1", within_s: float = WITHIN_S) -> Session:
        """The one session of that kind on the charger, once it is there."""

        def found() -> list[Session]:
            return [session for session in self.sessions(identity) if session.kind is kind]

        await self.until_true(lambda: bool(found()), within_s=within_s)
        sessions = found()
        told = [(one.id, one.status, one.attempt, one.rejection, self.steps(one.id)) for one in sessions]
        assert len(sessions) == 1, told
        return sessions[0]

    async def until(self, session: Session, *wanted: Status, within_s: float = WITHIN_S) -> Session:
        """The session once it has one of the statuses."""
        try:
            await self.until_true(lambda: self.session(session.id).status in wanted, within_s=within_s)
        except TimeoutError as late:
            late.add_note(f"{self.session(session.id).status} after {', '.join(self.steps(session.id))}")
            raise
        return self.session(session.id)

    async def until_recovered(self, session: Session, within_s: float = WITHIN_S) -> Session:
        """The next try of a session."""

        def find() -> list[Session]:
            with self.container.database.read() as db:
                return list_sessions(db, TABLE.c.recovers_session_id == session.id)

        await self.until_true(lambda: bool(find()), within_s=within_s)
        return find()[0]

    async def until_true(self, holds: Callable[[], bool], *, within_s: float = WITHIN_S) -> None:
        deadline = asyncio.get_running_loop().time() + within_s
        while not await asyncio.to_thread(holds):
            if asyncio.get_running_loop().time() > deadline:
                raise TimeoutError
            await asyncio.sleep(0.05)


def metered_wh(cp: ChargePoint) -> int:
    """What flowed in the first transaction, by the meter readings that the charger gave at its start and end."""
    start, stop = cp.sent("StartTransaction")[0].payload, cp.sent("StopTransaction")[0].payload
    flowed_wh: int = stop["meterStop"] - start["meterStart"]
    return flowed_wh


def quick(**switches: Any) -> Behaviour:
    """A charger on which time runs a hundred times as fast and samples come five times a second."""
    return Behaviour(**{"time_scale": 100, "sample_every_s": 0.2, **switches})


@asynccontextmanager
async def open_house(
    database_url: str, *, roles: frozenset[Role] = BACKSTAGE, make: type[Container] = Container, **settings: Any
) -> AsyncIterator[House]:
    """On a database with its tables and without rows."""
    chosen = {**SHORT_WAITS, "ocpp_port": 0, "http_port": 0, "secret_key": "k" * 32, **settings}
    container = make(Settings(database_url=database_url, **chosen), roles)
    try:
        async with running(container, roles):
            with container.database.write() as db:
                driver = sign_up(db)
                home = make_home(db, driver)
            yield House(container, driver, home)
    finally:
        container.database.close()


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)
