"""Timelines and meter readings of a session."""

from typing import Any, cast

from sqlalchemy import Integer, Row, Table, extract, func, select
from sqlalchemy import cast as sql_cast

from homecharge.domain.pages import Keyset, Page
from homecharge.domain.session_view import Reading
from homecharge.domain.timeline import Actor, Step, StepKind
from homecharge.ports.units import Db
from homecharge.storage.models import Reading as ReadingRow
from homecharge.storage.models import TimelineEntry
from homecharge.storage.queries.pages import fetch_page

STEPS = cast("Table", TimelineEntry.__table__)


def _step_of(row: Row[Any]) -> tuple[str, Step]:
    step = Step(
        at=row.at,
        kind=StepKind(row.kind),
        actor=Actor(row.actor),
        actor_id=row.actor_id,
        cause=row.cause,
        detail=row.detail,
        message_id=row.message_id,
    )
    return row.id, step


def list_steps(db: Db, session_id: str, keyset: Keyset) -> Page[tuple[str, Step]]:
    """Steps with their ids, oldest first."""
    rows = select(STEPS).where(STEPS.c.session_id == session_id)
    return fetch_page(db, rows, keyset, _step_of, at=STEPS.c.at, id=STEPS.c.id, oldest_first=True)


def list_sessions_of_request(db: Db, request_id: str, *, limit: int) -> list[str]:
    """The sessions in whose timelines a request left a step, newest first."""
    left = select(STEPS.c.session_id).where(STEPS.c.request_id == request_id).distinct()
    return list(db.scalars(left.order_by(STEPS.c.session_id.desc()).limit(limit)))


def list_readings(db: Db, session_id: str, *, resolution_s: int) -> list[Reading]:
    """The last reading of each `resolution_s` seconds (counted from the epoch), oldest first."""
    r = ReadingRow
    epoch_s = sql_cast(func.floor(extract("epoch", r.at)), Integer)
    place = func.row_number().over(partition_by=epoch_s - epoch_s % resolution_s, order_by=(r.at.desc(), r.id.desc()))
    ranked = (
        select(r.at, r.energy_wh, r.power_w, r.soc_percent, place.label("place"))
        .where(r.session_id == session_id)
        .subquery()
    )
    last = select(ranked).where(ranked.c.place == 1).order_by(ranked.c.at)
    return [
        Reading(at=row.at, energy_wh=row.energy_wh, power_w=row.power_w, soc_percent=row.soc_percent)
        for row in db.execute(last)
    ]
