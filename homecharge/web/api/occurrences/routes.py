"""Occurrences: look at one and its plan, change it for once, skip it, think better of it."""

from typing import Any

from homecharge.domain.access import Action
from homecharge.domain.errors import Forbidden
from homecharge.domain.overrides import Override
from homecharge.domain.schedules import InThePast
from homecharge.services import overriding, skipping
from homecharge.services.live_sessions import SessionInProgress
from homecharge.services.location_tariffs import NoTariff
from homecharge.services.occurrence_views import OccurrenceView, get_drawn_plan, get_occurrence_view
from homecharge.services.overriding import NotSmart
from homecharge.services.rescheduling import AlreadyDecided
from homecharge.services.skipping import Superseded, TooLate, TriesExhausted, lock_occurrence
from homecharge.web import etags, household
from homecharge.web.answers import Document
from homecharge.web.api.occurrences.schemas import Occurrence, OverrideBody, PictureQuery
from homecharge.web.auth import SIGNED_IN
from homecharge.web.context import Ask
from homecharge.web.language import language_of
from homecharge.web.operations import Area
from homecharge.web.pictures.plan_picture import plan_svg

area = Area("occurrences", "The firings of schedules.")


def _view(ask: Ask, occurrence_id: str) -> OccurrenceView:
    return get_occurrence_view(ask.db, occurrence_id, caller=ask.caller, language=language_of(ask), now=ask.now)


@area.get(
    "/occurrences/<id:occurrence_id>",
    access=SIGNED_IN,
    actions=[Action.VIEW_LOCATION],
    answer=Occurrence,
    has_etag=True,
)
def get_occurrence(ask: Ask, occurrence_id: str) -> OccurrenceView:
    """Look at an occurrence, also at one of a schedule that is gone."""
    return _view(ask, occurrence_id)


@area.get(
    "/occurrences/<id:occurrence_id>/plan.svg",
    access=SIGNED_IN,
    actions=[Action.VIEW_LOCATION],
    query=PictureQuery,
    media_type="image/svg+xml",
    samples={"image/svg+xml": household.PICTURE},
    has_etag=True,
)
def draw_plan(ask: Ask, query: dict[str, Any], occurrence_id: str) -> Document:
    """Look at the plan of an occurrence as a picture.

    404 where there is no plan.
    """
    found = get_drawn_plan(ask.db, occurrence_id, caller=ask.caller, language=language_of(ask), now=ask.now)
    return Document(plan_svg(found.view.plan, found.reader, total=found.total, **query))


@area.post(
    "/occurrences/<id:occurrence_id>/skip",
    access=SIGNED_IN,
    actions=[Action.EDIT_OWN_SCHEDULES, Action.EDIT_ALL_SCHEDULES],
    answer=Occurrence,
    has_etag=True,
    refuses=[Forbidden, SessionInProgress, AlreadyDecided],
)
def skip(ask: Ask, occurrence_id: str) -> OccurrenceView:
    """Leave an occurrence out.

    What is planned for it is taken back, and the schedule goes on with its next date.
    """
    skipping.skip(ask.db, occurrence_id, caller=ask.caller, now=ask.now)
    return _view(ask, occurrence_id)


@area.post(
    "/occurrences/<id:occurrence_id>/unskip",
    access=SIGNED_IN,
    actions=[Action.EDIT_OWN_SCHEDULES, Action.EDIT_ALL_SCHEDULES],
    answer=Occurrence,
    has_etag=True,
    refuses=[Forbidden, TooLate, Superseded, TriesExhausted],
)
def unskip(ask: Ask, occurrence_id: str) -> OccurrenceView:
    """Take a skip back, until the last feasible start."""
    skipping.unskip(ask.db, occurrence_id, caller=ask.caller, now=ask.now)
    return _view(ask, occurrence_id)


@area.put(
    "/occurrences/<id:occurrence_id>/override",
    access=SIGNED_IN,
    actions=[Action.EDIT_OWN_SCHEDULES, Action.EDIT_ALL_SCHEDULES],
    body=OverrideBody,
    answer=Occurrence,
    has_etag=True,
    refuses=[Forbidden, NotSmart, NoTariff, AlreadyDecided, TooLate, InThePast],
)
def override(ask: Ask, body: Override, occurrence_id: str) -> OccurrenceView:
    """Change one night of a Smart schedule.

    What is left out or null is as the schedule has it. A charge that is under way is planned anew at once.
    """
    lock_occurrence(ask.db, occurrence_id, caller=ask.caller)
    etags.require_match(Occurrence, _view(ask, occurrence_id))
    overriding.override(ask.db, occurrence_id, body, caller=ask.caller, now=ask.now)
    return _view(ask, occurrence_id)
