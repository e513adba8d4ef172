"""A session's page in the console: its story, and the meter readings that its picture is drawn from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from homecharge.domain.session_view import Reading
from homecharge.domain.support import Story
from homecharge.domain.texts.catalogue import Language
from homecharge.ports.units import Db
from homecharge.services.support import tell_story
from homecharge.storage.queries.timelines import list_readings

MOST_POINTS = 400
"""In a picture; a long charge is read more coarsely."""


@dataclass(frozen=True, slots=True)
class SessionPage:
    """The story, and readings as far apart as a picture needs them, oldest first."""

    story: Story
    readings: Sequence[Reading]


def get_session_page(db: Db, key: str, *, language: Language, now: datetime) -> SessionPage:
    """By id or reference, whoever it belongs to. Raises NotFound."""
    story = tell_story(db, key, language=language, now=now)
    session = story.session.session
    lasted = (session.ended_at or now) - (session.started_at or now)
    resolution_s = max(1, round(lasted.total_seconds() / MOST_POINTS))
    return SessionPage(story, list_readings(db, session.id, resolution_s=resolution_s))
