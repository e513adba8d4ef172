"""The alarms of Smart occurrences, without chargers: what cannot be opened holds up nobody."""

from datetime import time

from sqlalchemy import update

from homecharge.domain.schedules import Smart, Weekly
from homecharge.domain.targets import EnergyTarget
from homecharge.domain.times import WEEKDAYS
from homecharge.engine.openings import Openings
from homecharge.observability.clock import SystemClock
from homecharge.storage.database import Database
from homecharge.storage.models import Schedule
from homecharge.storage.queries.occurrences import OCCURRENCES
from tests.homes import make_charger, make_home, sign_up
from tests.schedules import schedule, tries

SMART = Smart(on=Weekly(WEEKDAYS), ready_by=time(7, 30), target=EnergyTarget(20_000))


async def test_one_that_cannot_be_opened_holds_up_nobody(database_url: str) -> None:
    database = Database(database_url)
    now = SystemClock().now()
    with database.write() as db:
        ada = sign_up(db)
        home = make_home(db, ada)
        good, bad = (schedule(db, make_charger(db, ada, home, name).id, ada, SMART, now=now) for name in ("CP1", "CP2"))
        due = {"wake_at": now, "window_start": now, "last_feasible_start": now}
        db.execute(update(OCCURRENCES).where(OCCURRENCES.c.wake_at.is_not(None)).values(due))
        db.execute(update(Schedule).where(Schedule.id == bad.id).values(spec={"on": {}, "nonsense": True}))

    await Openings(database, SystemClock()).look()

    with database.read() as db:
        assert len(tries(db, good.id)) == 1
        assert tries(db, bad.id) == []
    database.close()
