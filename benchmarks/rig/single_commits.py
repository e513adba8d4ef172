"""What group commit is measured against: each sample in a transaction of its own, by as many threads as there are."""

import time
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select, update

from homecharge.domain.timing import Timing
from homecharge.observability.clock import SystemClock
from homecharge.ports.charger_events import Line, MeterReport, Origin, Sample
from homecharge.services.metering import record_samples
from homecharge.storage.database import WORKERS, Database
from homecharge.storage.models import Charger, TransactionRow
from homecharge.storage.types import new_id

FAR_WH = 10_000_000
"""Above every register, so that each sample counts."""


def samples_per_s(database: Database, *, calls: int) -> float:
    """On the transactions that are open in the database, one after the other."""
    clock, timing = SystemClock(), Timing()
    places = _take_over(database)

    def write(number: int) -> None:
        line, transaction_id = places[number % len(places)]
        now = clock.now()
        sample = Sample(now, FAR_WH + number, 7_200, 31.3, 55)
        with database.write() as db:
            record_samples(db, [(Origin(line, new_id(), now), MeterReport(1, transaction_id, (sample,)))], timing)

    began = time.perf_counter()
    with ThreadPoolExecutor(WORKERS) as threads:
        list(threads.map(write, range(calls)))
    return calls / (time.perf_counter() - began)


def _take_over(database: Database) -> list[tuple[Line, int]]:
    """Lines of ours for the chargers with open transactions."""
    t = TransactionRow
    with database.write() as db:
        db.execute(update(Charger).values(connection_id=Charger.id))
        rows = db.execute(select(t.charger_id, t.id).where(t.stopped_at.is_(None)))
        return [(Line(row.charger_id, row.charger_id, row.charger_id, "ocpp1.6"), row.id) for row in rows]
