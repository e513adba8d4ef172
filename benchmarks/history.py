"""History with a million sessions against ten thousand: a page must cost the same."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import func, select, text

from benchmarks.rig.databases import KINDS, new_database
from benchmarks.rig.estate import Estate, Home, build
from benchmarks.rig.program import main, progress
from benchmarks.rig.scale import Scale
from benchmarks.rig.tables import Table, times
from homecharge.domain.history import Filters
from homecharge.domain.pages import Keyset
from homecharge.domain.rejections import Code
from homecharge.domain.session_state import Kind
from homecharge.domain.texts.en import ENGLISH
from homecharge.domain.timeline import Actor
from homecharge.observability.clock import SystemClock
from homecharge.ports.units import Db
from homecharge.services.history import list_history
from homecharge.services.planning import plan_session
from homecharge.services.tries import Try
from homecharge.storage.database import Database
from homecharge.storage.queries.sessions import TABLE

PAGE = 20
DEEP_PAGE = 1_000
HOMES = 3
RARE_EVERY = 4_999
NOW = SystemClock().now()
_SPREAD = {
    "SQLite": {
        "series": "WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < :count)",
        "id": "lower(printf('%08x-0000-7000-8000-%012x', n, n))",
        "text": "printf('%09d', n)",
        "at": "strftime('%Y-%m-%d %H:%M:%S.000000', :now, '-' || (n * 60) || ' seconds')",
    },
    "PostgreSQL": {
        "series": "WITH series AS (SELECT n FROM generate_series(1, :count) AS n)",
        "id": "lpad(to_hex(n), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0')",
        "text": "lpad(n::text, 9, '0')",
        "at": "CAST(:now AS timestamptz) - n * interval '60 seconds'",
    },
}
Question = Callable[[Db], Sequence[object]]


@dataclass(frozen=True, slots=True)
class Asked:
    """Milliseconds for each question."""

    ms: dict[str, float]


async def measure(scale: Scale) -> list[Table]:
    """Each database, small and large in turn."""
    small, large = scale.pick(10_000, 10_000, 200), scale.pick(1_000_000, 100_000, 400)
    table = Table(
        f"History: {large:,} sessions against {small:,}",
        ("page of 20", *(f"{kind}: ratio" for kind in KINDS), *(f"{kind}: ms" for kind in KINDS)),
        notes=(
            "Ratios: time with the large table divided by time with the small one (aim: under 1.3); medians.",
            "The driver has three homes, which hold all sessions; every other question is of one of them.",
        ),
    )
    repeats = scale.pick(200, 200, 5)
    found = {kind: (_ask(kind, small, repeats), _ask(kind, large, repeats)) for kind in KINDS}
    for question in found[KINDS[0]][0].ms:
        ratios = [times(large.ms[question] / small.ms[question]) for small, large in found.values()]
        table.rows.append((question, *ratios, *(f"{large.ms[question]:.2f}" for _, large in found.values())))
    return [table]


def _ask(kind: str, number: int, repeats: int) -> Asked:
    progress(f"history: {kind}, {number:,} sessions")
    with new_database(kind) as url:
        database = Database(url)
        estate = fill(database, kind, number)
        with database.read() as db:
            questions = _questions(db, estate)
        asked = Asked({words: _median_ms(database, question, repeats) for words, question in questions.items()})
        database.close()
    return asked


def _questions(db: Db, estate: Estate) -> dict[str, Question]:
    home = estate.homes[0]

    def ask(filters: Filters, after: tuple[datetime, str] | None = None) -> Question:
        return lambda unit: (
            list_history(unit, filters, Keyset(PAGE, after), caller=estate.owner, language=ENGLISH, now=NOW).items
        )

    one_home = Filters(location_ids=(home.location_id,))
    return {
        "first": ask(one_home),
        "thousandth (or the last)": ask(one_home, _position(db, home, DEEP_PAGE * PAGE)),
        "of a rare reason": ask(Filters(location_ids=(home.location_id,), reasons=(Code.NO_ENERGY_DRAWN,))),
        "of three homes": ask(Filters()),
    }


def _position(db: Db, home: Home, row: int) -> tuple[datetime, str]:
    here = TABLE.c.location_id == home.location_id
    held = db.scalar(select(func.count()).where(here)) or 0
    rows = select(TABLE.c.at, TABLE.c.id).where(here).order_by(TABLE.c.at.desc(), TABLE.c.id.desc())
    at, session_id = db.execute(rows.offset(min(row, held - PAGE - 1)).limit(1)).one()
    return at, session_id


def _median_ms(database: Database, question: Question, repeats: int) -> float:
    spent = []
    for _ in range(repeats):
        with database.read() as db:
            began = time.perf_counter()
            items = question(db)
            spent.append(time.perf_counter() - began)
        assert items, "a question without an answer measures nothing"
    return 1000 * median(spent)


def fill(database: Database, kind: str, number: int) -> Estate:
    """One session made as all are, and copies of it: every third at each home, now and then one of a rare reason."""
    with database.write() as db:
        estate = build(db, homes=HOMES, now=NOW)
        home = estate.homes[0]
        attempt = Try(
            kind=Kind.BOOST,
            location_id=home.location_id,
            charger_id=home.charger_id,
            connector_id=1,
            driver_id=estate.owner.account_id,
            due_at=NOW + timedelta(days=1),
        )
        template = plan_session(db, attempt, actor=Actor.DRIVER, now=NOW)
        _copy(db, kind, estate, template.id, number)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        db.execute(text("ANALYZE"))
    return estate


def _copy(db: Db, kind: str, estate: Estate, template_id: str, number: int) -> None:
    spread = _SPREAD[kind]
    locations = " ".join(f"WHEN {place} THEN '{home.location_id}'" for place, home in enumerate(estate.homes))
    chargers = " ".join(f"WHEN {place} THEN '{home.charger_id}'" for place, home in enumerate(estate.homes))
    is_rare = f"n % {RARE_EVERY} = 3 OR n < 90 AND n % 9 = 3"
    reason = f"CASE WHEN {is_rare} THEN 'no_energy_drawn' WHEN n % 4 = 0 THEN 'car_unplugged' END"
    changes = {
        "id": spread["id"],
        "reference": spread["text"],
        "tag": spread["text"],
        "at": spread["at"],
        "due_at": spread["at"],
        "updated_at": spread["at"],
        "location_id": f"CASE n % {HOMES} {locations} END",
        "charger_id": f"CASE n % {HOMES} {chargers} END",
        "kind": "CASE n % 4 WHEN 0 THEN 'boost' WHEN 1 THEN 'plug_in' ELSE 'manual' END",
        "reason": reason,
        "status": f"CASE WHEN {reason} IS NULL THEN 'completed' ELSE 'rejected' END",
        "wake_at": "NULL",
        "occurrence_id": "NULL",
    }
    names = [column.name for column in TABLE.columns]
    quoted = ", ".join(f'"{name}"' for name in names)
    values = ", ".join(changes.get(name, f'template."{name}"') for name in names)
    from_where = "FROM series CROSS JOIN sessions AS template WHERE template.id = :template"
    insert = f"INSERT INTO sessions ({quoted}) {spread['series']} SELECT {values} {from_where}"
    now = NOW.strftime("%Y-%m-%d %H:%M:%S") if kind == "SQLite" else NOW.isoformat()
    db.execute(text(insert.replace("::", r"\:\:")), {"count": number, "now": now, "template": template_id})


if __name__ == "__main__":
    main(measure)
