"""A home with many chargers, seen from outside its processes: by its database and by its simulated chargers."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select, update

from homecharge.domain.accounts import Caller
from homecharge.domain.homes import Location
from homecharge.domain.limits import EnergyLimit, Limit
from homecharge.domain.schedules import Manual, Once, Schedule
from homecharge.domain.session_state import Session, Status
from homecharge.domain.timing import Timing
from homecharge.observability.clock import Clock, SystemClock
from homecharge.services import boosts, stopping
from homecharge.services.boosts import Boost
from homecharge.services.passwords import Passwords
from homecharge.simulator.behaviour import Behaviour, Payload
from homecharge.simulator.charge_point import ChargePoint
from homecharge.simulator.journal import Direction, Journal, Kind
from homecharge.storage.database import Database
from homecharge.storage.models import Account, Charger, TimelineEntry
from homecharge.storage.queries.sessions import TABLE, list_sessions
from tests.homes import make_charger, make_home, sign_up
from tests.schedules import schedule

if TYPE_CHECKING:
    from homecharge.domain.chargers import NewCharger

Found = TypeVar("Found")
WITHIN_S = 30.0
A_MOMENT = EnergyLimit(100)
LONDON = ZoneInfo("Europe/London")
NOTHING_CONFIGURED: Payload = {"configurationKey": [], "unknownKey": []}
"""Without a ConnectionTimeOut of the charger's own a start has to be confirmed as soon as the settings say."""
EVERY_FRAME = 1_000_000
Moment = tuple[str, Direction, Kind]
"""A frame as it passes at a charger: its action, which way it goes, and what it is."""


class WatchedJournal(Journal):
    """All frames of a charger. Counts remote starts by their tag, and calls `watch` with the moment of each frame."""

    def __init__(self, commands: Counter[str], **options: Any) -> None:
        super().__init__(frames_kept=EVERY_FRAME, **options)
        self.commands = commands
        self.watch: Callable[[str, Direction, Kind], None] = lambda *_: None

    def record(self, direction: Direction, kind: Kind, action: str, message_id: str, payload: Payload) -> None:
        super().record(direction, kind, action, message_id, payload)
        if (action, direction, kind) == ("RemoteStartTransaction", "received", "CALL"):
            self.commands[payload["idTag"]] += 1
        self.watch(action, direction, kind)


@dataclass(frozen=True, slots=True)
class LineRow:
    gateway_id: str | None
    connection_id: str | None
    offline_since: datetime | None
    offline_cause: str | None


class Estate:
    """Everything a test needs of an installation that does not hang on a process of it being there.

    `commands` counts the remote starts that reached chargers, by tag.
    """

    def __init__(self, database: Database, driver: Caller, home: Location, clock: Clock) -> None:
        self.database, self.driver, self.home, self.clock = database, driver, home, clock
        self.charger_clock: Clock = SystemClock()
        self.commands: Counter[str] = Counter()
        self.chargers: dict[str, NewCharger] = {}

    def add_chargers(self, *identities: str) -> None:
        with self.database.write() as db:
            for identity in identities:
                self.chargers[identity] = make_charger(db, self.driver, self.home, identity)

    def charge_point(self, identity: str, url: str, behaviour: Behaviour | None = None, **options: Any) -> ChargePoint:
        """A simulated charger that comes back from every loss of its line; it charges 100 Wh in a moment."""
        if identity not in self.chargers:
            self.add_chargers(identity)
        return ChargePoint(
            url,
            identity,
            self.chargers[identity].ocpp.password,
            behaviour=behaviour or lively(),
            journal=WatchedJournal(self.commands, clock=self.charger_clock),
            **{"reconnect": True, **options},
        )

    def new_credentials(self, caller: Caller) -> dict[str, str]:
        """What they log in with, from now on."""
        password = "correct horse battery staple"
        with self.database.write() as db:
            change = update(Account).where(Account.id == caller.account_id)
            db.execute(change.values(password_hash=Passwords().hash(password)))
            email = db.scalar(select(Account.email).where(Account.id == caller.account_id))
        return {"email": str(email), "password": password}

    def charger_id(self, identity: str) -> str:
        return self.chargers[identity].id

    def line(self, identity: str) -> LineRow:
        """What the database says of the charger's line."""
        with self.database.read() as db:
            columns = (
                Charger.gateway_id,
                Charger.connection_id,
                Charger.offline_since,
                Charger.offline_cause,
            )
            return LineRow(*db.execute(select(*columns).where(Charger.id == self.charger_id(identity))).one())

    def now(self) -> datetime:
        return self.clock.now()

    def soon(self, in_s: float = 2.0) -> datetime:
        """A whole second, at least `in_s` from now: schedules know no smaller ones."""
        return (self.now() + timedelta(seconds=in_s)).replace(microsecond=0) + timedelta(seconds=1)

    def schedule_at(
        self,
        due_at: datetime,
        *identities: str,
        lasts: timedelta = timedelta(minutes=20),
        limit: Limit = A_MOMENT,
    ) -> list[Schedule]:
        """A one-off for each charger, due at an instant."""
        start, end = due_at.astimezone(LONDON), (due_at + lasts).astimezone(LONDON)
        manual = Manual(on=Once(start.date()), start_time=_wall(start), end_time=_wall(end), limit=limit)
        with self.database.write() as db:
            return [
                schedule(db, self.charger_id(identity), self.driver, manual, now=self.now()) for identity in identities
            ]

    def boost(self, identity: str, limit: Limit | None = None) -> Session:
        wanted = Boost(limit=limit, connector_id=1, window=Timing().boost_window)
        with self.database.write() as db:
            return boosts.boost(db, self.charger_id(identity), wanted, caller=self.driver, now=self.now())

    def cancel(self, session_id: str) -> Session:
        with self.database.write() as db:
            return stopping.cancel_session(db, session_id, caller=self.driver, now=self.now())

    def sessions(self, *conditions: ColumnElement[bool]) -> list[Session]:
        with self.database.read() as db:
            return list_sessions(db, *conditions)

    def sessions_of(self, identity: str) -> list[Session]:
        return self.sessions(TABLE.c.charger_id == self.charger_id(identity))

    def sessions_under(self, schedules: Sequence[Schedule]) -> list[Session]:
        return self.sessions(TABLE.c.schedule_id.in_([each.id for each in schedules]))

    def steps(self, session_id: str) -> list[str]:
        """A session's timeline, for people."""
        entry = TimelineEntry
        with self.database.read() as db:
            its = select(entry.at, entry.kind, entry.cause, entry.detail).where(entry.session_id == session_id)
            rows = db.execute(its.order_by(entry.at, entry.id))
            return [f"{row.at:%T.%f} {row.kind} {row.cause} {row.detail}" for row in rows]

    async def until_status(self, session_id: str, *wanted: Status, within_s: float = WITHIN_S) -> Session:
        """The session once it has one of the statuses."""

        def look() -> Session | None:
            [session] = self.sessions(TABLE.c.id == session_id)
            return session if session.status in wanted else None

        return await until(look, within_s=within_s)


def lively(**switches: Any) -> Behaviour:
    """A charger that charges 100 Wh before its first sample, after a second, and comes back quickly."""
    wanted = {
        "time_scale": 1000,
        "sample_every_s": 1.0,
        "reconnect_s": 0.2,
        "retry_s": 0.5,
        "call_timeout_s": 5.0,
        "heartbeat_s": 0,
        "answers": {"GetConfiguration": NOTHING_CONFIGURED},
    }
    return Behaviour(**{**wanted, **switches})


async def until_told(
    ask: Callable[[], Awaitable[Found]], holds: Callable[[Found], bool], *, within_s: float = WITHIN_S
) -> Found:
    """What `ask` tells once that holds, or as it is when it does not in time."""
    deadline = asyncio.get_running_loop().time() + within_s
    while True:
        told = await ask()
        if holds(told) or asyncio.get_running_loop().time() > deadline:
            return told
        await asyncio.sleep(0.5)


async def until(found: Callable[[], Found | None], *, within_s: float = WITHIN_S, every_s: float = 0.05) -> Found:
    """What `found`, asked on a thread, returns once it is neither None nor False. Raises TimeoutError."""
    deadline = asyncio.get_running_loop().time() + within_s
    while (value := await asyncio.to_thread(found)) is None or value is False:
        if asyncio.get_running_loop().time() > deadline:
            raise TimeoutError(f"not within {within_s} s")
        await asyncio.sleep(every_s)
    return value


@asynccontextmanager
async def open_estate(database_url: str, *, clock: Clock | None = None) -> AsyncIterator[Estate]:
    """On a database with its tables and without rows."""
    database = Database(database_url)
    try:
        with database.write() as db:
            driver = sign_up(db)
            home = make_home(db, driver)
        yield Estate(database, driver, home, clock or SystemClock())
    finally:
        database.close()


def _wall(local: datetime) -> time:
    return local.time().replace(microsecond=0, tzinfo=None)
