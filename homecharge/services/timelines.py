"""A session's story step by step, and its meter readings."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from homecharge.domain.accounts import Caller
from homecharge.domain.pages import Keyset, Page
from homecharge.domain.session_state import Session
from homecharge.domain.session_view import Reading, TimelineStep
from homecharge.domain.texts.catalogue import Language
from homecharge.domain.texts.values import Reader
from homecharge.domain.wording_notices import step_text
from homecharge.ports.units import Db
from homecharge.services.history import get_visible_session
from homecharge.storage.queries import timelines
from homecharge.storage.queries.accounts import read_names
from homecharge.storage.queries.session_views import read_zones


def list_timeline(
    db: Db, key: str, keyset: Keyset, *, caller: Caller, language: Language, now: datetime
) -> Page[TimelineStep]:
    """The steps of a session the caller may see, oldest first; raises NotFound."""
    session, _ = get_visible_session(db, key, caller=caller)
    return describe_timeline(db, session, keyset, language=language, now=now)


def describe_timeline(
    db: Db, session: Session, keyset: Keyset, *, language: Language, now: datetime
) -> Page[TimelineStep]:
    """The steps of a session with their sentences, oldest first."""
    zone = ZoneInfo(read_zones(db, [session.location_id])[session.location_id])
    page = timelines.list_steps(db, session.id, keyset)
    people = read_names(db, {step.actor_id for _, step in page.items if step.actor_id is not None})
    reader = Reader(language=language, zone=zone, now=now, people=people)
    steps = [TimelineStep(id=id_, step=step, text=step_text(step, reader)) for id_, step in page.items]
    return Page(steps, page.next)


def list_readings(db: Db, key: str, *, resolution_s: int, caller: Caller) -> Sequence[Reading]:
    """One reading per `resolution_s` seconds of a session the caller may see, oldest first; raises NotFound."""
    session, _ = get_visible_session(db, key, caller=caller)
    return timelines.list_readings(db, session.id, resolution_s=resolution_s)
