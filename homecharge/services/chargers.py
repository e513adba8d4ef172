"""Chargers as their owners know them: look at them, and change what may be set."""

import dataclasses
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from homecharge.domain.access import Action, is_allowed, require
from homecharge.domain.accounts import Caller
from homecharge.domain.chargers import (
    KEPT_BY_CHARGER,
    NEVER_REPORTED,
    Charger,
    ChargerDetails,
    ChargerSettings,
    ConnectorView,
    settings_problems,
    view_connector,
    view_session,
)
from homecharge.domain.errors import Invalid, NotFound
from homecharge.domain.masking import mask_tag
from homecharge.domain.pages import Keyset, Page
from homecharge.domain.session_state import SCHEDULED
from homecharge.ports.units import Db
from homecharge.services.default_profiles import defaults_changed
from homecharge.services.recoveries import wake
from homecharge.services.replanning import look_anew_at_chargers
from homecharge.services.vehicles import vehicle_problems
from homecharge.storage.queries import charger_settings as queries
from homecharge.storage.queries.live_sessions import list_live_sessions
from homecharge.storage.queries.surroundings import read_connectors


def get_charger(
    db: Db, charger_id: str, *, caller: Caller, action: Action = Action.VIEW_LOCATION, for_update: bool = False
) -> Charger:
    """A charger of the caller's homes, to do `action` there.

    Raises NotFound for a stranger, Forbidden for too low a role.
    """
    charger = queries.find_charger(db, charger_id, account_id=caller.account_id, for_update=for_update)
    if charger is None:
        raise NotFound
    require(charger.my_role, action)
    return charger


def require_connector(db: Db, charger_id: str, connector_id: int) -> None:
    """Raises Invalid unless the charger has reported the connector; every charger has the first one."""
    if connector_id != 1 and (charger_id, connector_id) not in read_connectors(db, [charger_id]):
        raise Invalid(errors={"connector_id": ["The charger has no such connector."]})


def describe_charger(db: Db, charger: Charger, *, caller: Caller) -> ChargerDetails:
    """A charger with its connectors and what goes on there, as the caller may see it."""
    return describe_chargers(db, [charger], caller=caller)[0]


def describe_chargers(db: Db, chargers: Iterable[Charger], *, caller: Caller) -> list[ChargerDetails]:
    """As `describe_charger`, in two reads however many there are."""
    by_id = {charger.id: charger for charger in chargers}
    stations: dict[str, ConnectorView] = {}
    connectors: dict[str, list[ConnectorView]] = {charger_id: [] for charger_id in by_id}
    for (charger_id, connector_id), connector in sorted(read_connectors(db, by_id).items()):
        view = view_connector(connector, connected_at=by_id[charger_id].connection.connected_at)
        if connector_id == 0:
            stations[charger_id] = view
        else:
            connectors[charger_id].append(view)
    active = {
        session.charger_id: view_session(session, role=by_id[session.charger_id].my_role, account_id=caller.account_id)
        for session in reversed(list_live_sessions(db, charger_ids=list(by_id)))  # of several the earliest due is shown
    }
    return [
        ChargerDetails(
            **{field.name: getattr(charger, field.name) for field in dataclasses.fields(Charger)}
            | {"remote_start_tag": _shown_tag(charger)},
            station=stations.get(charger.id),
            connectors=tuple(connectors[charger.id]) or NEVER_REPORTED,
            active_session=active.get(charger.id),
        )
        for charger in by_id.values()
    ]


def _shown_tag(charger: Charger) -> str | None:
    """Whoever knows the tag can charge with it, so only those who may set it see it whole."""
    tag = charger.remote_start_tag
    return tag if tag is None or is_allowed(charger.my_role, Action.EDIT_CHARGERS) else mask_tag(tag)


def list_chargers(db: Db, keyset: Keyset, *, caller: Caller, location_id: str | None = None) -> Page[ChargerDetails]:
    """The chargers of the caller's homes, or of one of them, oldest first."""
    page = queries.list_chargers(db, keyset, account_id=caller.account_id, location_id=location_id)
    return Page(describe_chargers(db, page.items, caller=caller), page.next)


def change_charger(db: Db, charger: Charger, changes: dict[str, Any], *, now: datetime) -> Charger:
    """Set some of `ChargerSettings` on a charger read with `for_update`; without a difference there is no new revision.

    Raises Invalid, naming the field, where settings do not go together, or for a vehicle that its home does not have.
    """
    changed = dataclasses.replace(charger, **changes)
    problems = settings_problems(changed)
    if changed.vehicle_id != charger.vehicle_id:
        problems |= vehicle_problems(db, changed.vehicle_id, location_id=charger.location_id)
    if problems:
        raise Invalid(errors=problems)
    if changed == charger:
        return charger
    settings = {field.name: getattr(changed, field.name) for field in dataclasses.fields(ChargerSettings)}
    queries.change_charger(db, charger.id, ChargerSettings(**settings), now=now)
    if any(getattr(changed, name) != getattr(charger, name) for name in KEPT_BY_CHARGER):
        wake(db, charger.id, now=now)
        defaults_changed(db, [charger.id], now=now)
    look_anew_at_chargers(db, [charger.id], SCHEDULED, now=now)
    return dataclasses.replace(changed, revision=charger.revision + 1, updated_at=now)
