"""Schedules: make one, look at it and at its outlook, change it, take it away."""

from typing import Any

from homecharge.domain.access import Action
from homecharge.domain.errors import Forbidden
from homecharge.domain.pages import Page
from homecharge.domain.schedules import InThePast
from homecharge.services import schedules
from homecharge.services.live_sessions import SessionInProgress
from homecharge.services.location_tariffs import NoTariff
from homecharge.services.outlooks import OutlookView, view_outlook
from homecharge.services.previews import Preview, preview
from homecharge.services.rescheduling import AlreadyDecided
from homecharge.services.schedule_obstacles import ChargeNowEnabled
from homecharge.services.schedule_views import ScheduleView, view_schedule, view_schedules
from homecharge.services.schedules import Seen, Wish
from homecharge.web import etags
from homecharge.web.answers import Answer
from homecharge.web.api import plans
from homecharge.web.api.schedules.schemas import Outlook, PreviewBody, Schedule, ScheduleBody, ScheduleChanges
from homecharge.web.auth import SIGNED_IN
from homecharge.web.context import Ask
from homecharge.web.language import language_of
from homecharge.web.operations import Area
from homecharge.web.paging import keyset
from homecharge.web.schemas import PageQuery, page_of

area = Area("schedules", "Standing intentions to charge.")


def _view(ask: Ask, seen: Seen) -> ScheduleView:
    return view_schedule(ask.db, seen, caller=ask.caller, language=language_of(ask), now=ask.now)


@area.post(
    "/chargers/<id:charger_id>/schedules",
    access=SIGNED_IN,
    actions=[Action.EDIT_OWN_SCHEDULES],
    body=ScheduleBody,
    answer=Schedule,
    status=201,
    has_etag=True,
    refuses=[Forbidden, SessionInProgress, ChargeNowEnabled, NoTariff, InThePast],
)
def add_schedule(ask: Ask, body: Wish, charger_id: str) -> Answer:
    """Make a schedule.

    One whose window has begun already starts now. The first occurrence has its planned session at once.
    """
    seen = schedules.add_schedule(ask.db, charger_id, body, caller=ask.caller, now=ask.now)
    return Answer(value=_view(ask, seen), location=f"/v1/schedules/{seen.schedule.id}")


@area.post(
    "/chargers/<id:charger_id>/schedules/preview",
    access=SIGNED_IN,
    actions=[Action.EDIT_OWN_SCHEDULES],
    body=PreviewBody,
    answer=plans.Preview,
    refuses=[Forbidden, NoTariff, InThePast],
)
def preview_schedule(ask: Ask, body: Wish, charger_id: str) -> Preview:
    """Ask what a Smart schedule would do.

    Its plan if the car came now, what charging at once would cost, and what the restricted hours cost. Nothing is
    saved.
    """
    return preview(ask.db, charger_id, body, caller=ask.caller, language=language_of(ask), now=ask.now)


@area.get(
    "/chargers/<id:charger_id>/schedules",
    access=SIGNED_IN,
    actions=[Action.VIEW_LOCATION],
    query=PageQuery,
    answer=page_of(Schedule),
)
def list_schedules(ask: Ask, query: dict[str, Any], charger_id: str) -> Page[ScheduleView]:
    """List the schedules of a charger, oldest first."""
    page = schedules.list_schedules(ask.db, charger_id, keyset(query), caller=ask.caller)
    views = view_schedules(ask.db, page.items, caller=ask.caller, language=language_of(ask), now=ask.now)
    return Page(views, page.next)


@area.get(
    "/schedules/<id:schedule_id>", access=SIGNED_IN, actions=[Action.VIEW_LOCATION], answer=Schedule, has_etag=True
)
def get_schedule(ask: Ask, schedule_id: str) -> ScheduleView:
    """Look at a schedule."""
    return _view(ask, schedules.get_schedule(ask.db, schedule_id, caller=ask.caller))


@area.patch(
    "/schedules/<id:schedule_id>",
    access=SIGNED_IN,
    actions=[Action.EDIT_OWN_SCHEDULES, Action.EDIT_ALL_SCHEDULES],
    body=ScheduleChanges,
    answer=Schedule,
    has_etag=True,
    refuses=[Forbidden, AlreadyDecided, ChargeNowEnabled, NoTariff, InThePast],
)
def change_schedule(ask: Ask, body: dict[str, Any], schedule_id: str) -> ScheduleView:
    """Change a schedule.

    New times move the planned session; switching the schedule off takes it back. A charge that goes on is left alone.
    """
    seen = schedules.get_schedule(ask.db, schedule_id, caller=ask.caller, to_edit=True, for_update=True)
    etags.require_match(Schedule, _view(ask, seen))
    return _view(ask, schedules.change_schedule(ask.db, seen, body, caller=ask.caller, now=ask.now))


@area.delete(
    "/schedules/<id:schedule_id>",
    access=SIGNED_IN,
    actions=[Action.EDIT_OWN_SCHEDULES, Action.EDIT_ALL_SCHEDULES],
    refuses=[Forbidden],
)
def remove_schedule(ask: Ask, schedule_id: str) -> None:
    """Take a schedule away.

    What is planned is taken back, a charge that goes on is left alone, history stays.
    """
    seen = schedules.get_schedule(ask.db, schedule_id, caller=ask.caller, to_edit=True, for_update=True)
    etags.require_match(Schedule, _view(ask, seen))
    schedules.remove_schedule(ask.db, seen, caller=ask.caller, now=ask.now)


@area.get("/schedules/<id:schedule_id>/outlook", access=SIGNED_IN, actions=[Action.VIEW_LOCATION], answer=Outlook)
def get_outlook(ask: Ask, schedule_id: str) -> OutlookView:
    """Ask whether the next charge will start.

    The answer comes from the very rules that decide when it is due, on what is known now.
    """
    seen = schedules.get_schedule(ask.db, schedule_id, caller=ask.caller)
    return view_outlook(ask.db, seen.schedule, ask.context.timing, language=language_of(ask), now=ask.now)
