"""StatusNotification: what a connector says, and what that sets going (rejections.md, *next try on*)."""

from datetime import datetime

from homecharge.domain.charger_clock import skew_after
from homecharge.domain.charger_state import PLUGGED, ConnectorStatus, StartMode, is_of_line
from homecharge.domain.commands import Notification
from homecharge.domain.plug_in import Surroundings, is_plug_in, tells_of_cable
from homecharge.domain.recoveries import Event
from homecharge.domain.session_state import Kind
from homecharge.domain.timeline import Actor
from homecharge.domain.timing import Timing
from homecharge.ports.charger_events import Origin, StatusReport
from homecharge.ports.units import Db
from homecharge.services import openings
from homecharge.services.default_profiles import skew_learnt
from homecharge.services.follow_ups import followed
from homecharge.services.planning import ALARMS, plan_session
from homecharge.services.recoveries import hasten_planned, recover_open, wake
from homecharge.services.tries import Try
from homecharge.storage.database import ring_after_commit
from homecharge.storage.queries.connectors import (
    LastReport,
    add_connector,
    change_connector,
    find_last_report,
    has_drawing_transaction,
    has_session,
)
from homecharge.storage.queries.homes import find_owner
from homecharge.storage.queries.lines import LineCharger, find_line_charger
from homecharge.storage.queries.recoveries import close_unbounded
from homecharge.storage.queries.surroundings import Place

_OUT_OF_SERVICE = {ConnectorStatus.UNAVAILABLE, ConnectorStatus.RESERVED, ConnectorStatus.FAULTED}
_IN_SERVICE = {ConnectorStatus.AVAILABLE, ConnectorStatus.PREPARING}


NEVER = LastReport(ConnectorStatus.UNKNOWN, None, None, None, None, None, is_held=False)


def status_reported(db: Db, origin: Origin, report: StatusReport, timing: Timing) -> None:
    """Store the status, then wake what waits on it and plan what it makes possible. Ignored from a replaced line."""
    charger = find_line_charger(db, origin)
    if charger is None:
        return
    now = origin.at
    before = _store(db, charger, origin, report)
    told = {"connector_id": report.connector_id, "status": report.status.value, "error_code": report.error_code}
    followed(db, origin, Notification("StatusNotification", report.connector_id, told))
    if report.timestamp is not None:
        # Either clock may have been set since the line before; the status that we ask for on each line measures anew.
        is_known = is_of_line(before.reported_at, connected_at=charger.connected_at)
        known_s = charger.clock_skew_s if is_known else None
        skew_s = skew_after(known_s, timestamp=report.timestamp, received_at=now)
        skew_learnt(db, origin.line, charger.clock_skew_s, skew_s, now=now)
    if wake(db, charger.id, connector_id=report.connector_id, now=now):
        ring_after_commit(db, ALARMS)
    if report.status is ConnectorStatus.AVAILABLE and before.is_plugged_in is not False:
        close_unbounded(db, (charger.id, report.connector_id), now=now)
    around = _around(charger, before)
    is_plugged = report.connector_id > 0 and is_plug_in(before.status, report.status, around, now=now)
    _recover(db, charger, report, before, timing, is_plugged=is_plugged, now=now)


def _around(charger: LineCharger, before: LastReport) -> Surroundings:
    return Surroundings(
        was_plugged_in=before.is_plugged_in,
        authorized_at=charger.authorized_at,
        remote_start_at=before.remote_start_at,
    )


def _store(db: Db, charger: LineCharger, origin: Origin, report: StatusReport) -> LastReport:
    """Write the report; returns what was known before it."""
    place = (origin.line.charger_id, report.connector_id)
    known = find_last_report(db, place)
    before = known or NEVER
    is_new = known is None or before.status is not report.status
    values = {
        "status": report.status,
        "error_code": None if report.error_code == "NoError" else report.error_code,
        "info": report.info,
        "vendor_error_code": report.vendor_error_code,
        "reported_at": origin.at,
        "changed_at": origin.at if is_new else before.changed_at,
        "message_id": origin.message_id,
        **_plug(db, place, report, before, _around(charger, before), now=origin.at),
    }
    if known is None:
        add_connector(db, place, values)
    else:
        is_same = not is_new and (before.error_code, before.is_plugged_in) == (
            values["error_code"],
            values.get("is_plugged_in", before.is_plugged_in),
        )
        change_connector(db, place, values, is_news=not is_same)
    return before


def _plug(
    db: Db, place: Place, report: StatusReport, before: LastReport, around: Surroundings, *, now: datetime
) -> dict[str, object]:
    """What the status says of the cable and the car: unplugging forgets what was known of this plug-in.

    A hold after the driver's stop outlasts the unplugging; it ends when a car is plugged in again.
    """
    if report.status is ConnectorStatus.AVAILABLE:
        return {"is_plugged_in": False, **dict.fromkeys(("plugged_in_at", "full_at", "soc_percent", "soc_at"))}
    if report.status not in PLUGGED:
        return {}
    if not tells_of_cable(before.status, report.status, around, now=now):
        return {"is_plugged_in": None}
    was_told_unplugged = before.is_plugged_in is None and before.status is not ConnectorStatus.UNKNOWN
    plugged: dict[str, object] = {"is_plugged_in": True}
    if before.is_plugged_in is not True:
        plugged |= {"plugged_in_at": now}
    if before.is_plugged_in is False or was_told_unplugged:
        plugged |= {"held_at": None}
    if report.status is ConnectorStatus.CHARGING:
        plugged |= {"full_at": None}
    elif report.status is ConnectorStatus.SUSPENDED_EV and before.status is not report.status:
        plugged |= {"full_at": now} if has_drawing_transaction(db, place) else {}
    return plugged


def _recover(
    db: Db,
    charger: LineCharger,
    report: StatusReport,
    before: LastReport,
    timing: Timing,
    *,
    is_plugged: bool,
    now: datetime,
) -> None:
    events = _events(report, before, is_plugged=is_plugged, sends_samples=bool(charger.sends_samples))
    hastened = hasten_planned(db, charger.id, report.connector_id, now=now) if is_plugged else []
    recovered = recover_open(db, [(charger.id, report.connector_id)], events, timing, now=now) if events else []
    if is_plugged:
        openings.plugged_in(db, (charger.id, report.connector_id), now=now)
    elif report.status in PLUGGED and not is_of_line(before.reported_at, connected_at=charger.connected_at):
        openings.ring(db, [charger.id], now=now)
    if recovered or hastened:
        ring_after_commit(db, ALARMS)
    elif is_plugged and _plugging_in_starts(db, charger, report.connector_id, now=now):
        plan_plug_in(db, charger, report.connector_id, now=now)


def _plugging_in_starts(db: Db, charger: LineCharger, connector_id: int, *, now: datetime) -> bool:
    """With `charge_now` on it does; a free-vend charger needs no asking, its own transaction makes the session."""
    is_asked = charger.charge_now and charger.start_mode == StartMode.CONTROLLED
    return is_asked and not has_session(db, (charger.id, connector_id), now=now)


def _events(report: StatusReport, before: LastReport, *, is_plugged: bool, sends_samples: bool) -> list[Event]:
    events = []
    if is_plugged:
        events.append(Event.PLUGGED_IN)
        if before.is_held:
            events.append(Event.SESSION_ENDED)
    if before.status is ConnectorStatus.FAULTED and report.status is not ConnectorStatus.FAULTED:
        events.append(Event.FAULT_CLEARED)
    if before.status in _OUT_OF_SERVICE and report.status in _IN_SERVICE:
        events.append(Event.AVAILABLE_AGAIN)
    if report.status is ConnectorStatus.CHARGING and not sends_samples:
        events.append(Event.CAR_DRAWS)
    return events


def plan_plug_in(db: Db, charger: LineCharger, connector_id: int, *, now: datetime) -> None:
    """Plug-in with `charge_now` on starts a charge, which belongs to the location's owner (api.md)."""
    attempt = Try(
        kind=Kind.PLUG_IN,
        location_id=charger.location_id,
        charger_id=charger.id,
        connector_id=connector_id,
        driver_id=find_owner(db, charger.location_id),
        due_at=now,
    )
    plan_session(db, attempt, actor=Actor.CAR, cause="plugged_in", now=now)
