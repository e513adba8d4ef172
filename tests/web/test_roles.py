"""Who may do what at a location, over HTTP: every role at every route, as the table of api.md says."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete

from homecharge.domain.access import Action, MemberRole, is_allowed, lowest_role
from homecharge.domain.accounts import Caller
from homecharge.domain.session_state import Kind, Status
from homecharge.ports.units import Db
from homecharge.services import tokens
from homecharge.services.home_cards import add_card
from homecharge.services.joining import make_code
from homecharge.services.vehicles import add_vehicle
from homecharge.storage.database import Database
from homecharge.storage.models import Member
from homecharge.storage.queries.occurrences import OCCURRENCES, list_occurrences
from homecharge.storage.types import new_id
from homecharge.web.auth import SIGNED_IN
from homecharge.web.context import WebContext
from homecharge.web.route_table import actions_of
from tests.homes import NOW, join, make_charger, make_home, make_session, sign_up
from tests.schedules import schedule
from tests.services.test_joining import DAY
from tests.web.homes import Headers

A = Action
HOME, CHARGER = "/v1/locations/{home}", "/v1/chargers/{charger}"
MANUAL = {"kind": "manual", "on": {"weekdays": ["mon"]}, "start_time": "02:00"}
TARGET = {"kind": "energy", "energy_wh": 9_000}
SMART = {"kind": "smart", "on": {"weekdays": ["mon"]}, "ready_by": "07:00", "target": TARGET}
STATE = {"percent": 55, "at": "2026-11-20T11:05:00Z"}
POWER = {"power_w": 2_400, "at": "2026-11-20T11:05:00Z"}
NEW_CHARGER = {"location_id": "{home}", "identity": "NEW", "name": "New", "restricted_hours": {"choice": "none"}}
SHARED = tuple(
    f"/v1/{kind}/<" for kind in ("locations", "chargers", "schedules", "occurrences", "sessions", "vehicles")
)
"""What is somebody's by being a member."""


class Row(NamedTuple):
    """A route, what it is to do there, and whether it does not exist for those who may not."""

    action: Action
    method: str
    path: str
    body: Any = None
    is_hidden: bool = False

    def __str__(self) -> str:
        return f"{self.action} {self.method} {self.path}"


TABLE = [
    Row(A.VIEW_LOCATION, "GET", HOME),
    Row(A.VIEW_LOCATION, "GET", f"{HOME}/members"),
    Row(A.VIEW_LOCATION, "GET", f"{HOME}/members/{{user}}"),
    Row(A.VIEW_LOCATION, "DELETE", f"{HOME}/members/me"),
    Row(A.VIEW_LOCATION, "GET", f"{HOME}/tariff"),
    Row(A.VIEW_LOCATION, "GET", f"{HOME}/tariffs"),
    Row(A.VIEW_LOCATION, "GET", f"{HOME}/vehicles"),
    Row(A.VIEW_LOCATION, "GET", "/v1/vehicles/{vehicle}"),
    Row(A.VIEW_LOCATION, "GET", CHARGER),
    Row(A.VIEW_LOCATION, "GET", f"{CHARGER}/restricted-hours"),
    Row(A.VIEW_LOCATION, "GET", f"{CHARGER}/schedules"),
    Row(A.VIEW_LOCATION, "GET", "/v1/schedules/{schedule}"),
    Row(A.VIEW_LOCATION, "GET", "/v1/schedules/{schedule}/outlook"),
    Row(A.VIEW_LOCATION, "GET", "/v1/occurrences/{occurrence}"),
    Row(A.VIEW_OWN_SESSIONS, "GET", "/v1/sessions/{own_session}"),
    Row(A.VIEW_OWN_SESSIONS, "GET", "/v1/sessions/{own_session}/timeline"),
    Row(A.VIEW_OWN_SESSIONS, "GET", "/v1/sessions/{own_session}/readings"),
    Row(A.BOOST, "POST", f"{CHARGER}/boost", {"limit": None}),
    Row(A.EDIT_OWN_SCHEDULES, "POST", f"{CHARGER}/schedules", MANUAL),
    Row(A.EDIT_OWN_SCHEDULES, "POST", f"{CHARGER}/schedules/preview", SMART),
    Row(A.EDIT_OWN_SCHEDULES, "PATCH", "/v1/schedules/{own_schedule}", {"name": "Mine"}),
    Row(A.EDIT_OWN_SCHEDULES, "DELETE", "/v1/schedules/{own_schedule}"),
    Row(A.EDIT_OWN_SCHEDULES, "POST", "/v1/occurrences/{own_occurrence}/skip"),
    Row(A.EDIT_OWN_SCHEDULES, "POST", "/v1/occurrences/{own_occurrence}/unskip"),
    Row(A.EDIT_OWN_SCHEDULES, "PUT", "/v1/occurrences/{own_occurrence}/override", {"ready_by": None}),
    Row(A.STOP_OWN_SESSIONS, "POST", "/v1/sessions/{own_session}/stop"),
    Row(A.STOP_OWN_SESSIONS, "POST", "/v1/sessions/{own_session}/cancel"),
    Row(A.STOP_OWN_SESSIONS, "POST", "/v1/sessions/{own_session}/start-now"),
    Row(A.STOP_PLUG_IN_SESSIONS, "POST", "/v1/sessions/{plug_in}/stop"),
    Row(A.PUT_STATE_OF_CHARGE, "PUT", "/v1/vehicles/{vehicle}/soc", STATE),
    Row(A.POST_SURPLUS, "POST", f"{HOME}/surplus", POWER),
    Row(A.VIEW_ALL_SESSIONS, "GET", "/v1/sessions/{session}", is_hidden=True),
    Row(A.VIEW_ALL_SESSIONS, "GET", "/v1/sessions/{session}/timeline", is_hidden=True),
    Row(A.VIEW_ALL_SESSIONS, "GET", "/v1/sessions/{session}/readings", is_hidden=True),
    Row(A.STOP_ALL_SESSIONS, "POST", "/v1/sessions/{session}/start-now", is_hidden=True),
    Row(A.STOP_ALL_SESSIONS, "POST", "/v1/sessions/{session}/stop", is_hidden=True),
    Row(A.STOP_ALL_SESSIONS, "POST", "/v1/sessions/{session}/cancel", is_hidden=True),
    Row(A.EDIT_ALL_SCHEDULES, "PATCH", "/v1/schedules/{schedule}", {"name": "Theirs"}),
    Row(A.EDIT_ALL_SCHEDULES, "DELETE", "/v1/schedules/{schedule}"),
    Row(A.EDIT_ALL_SCHEDULES, "POST", "/v1/occurrences/{occurrence}/skip"),
    Row(A.EDIT_ALL_SCHEDULES, "POST", "/v1/occurrences/{occurrence}/unskip"),
    Row(A.EDIT_ALL_SCHEDULES, "PUT", "/v1/occurrences/{occurrence}/override", {"ready_by": None}),
    Row(A.RESTART_CHARGERS, "POST", f"{CHARGER}/restart"),
    Row(A.UNLOCK_CHARGERS, "POST", f"{CHARGER}/unlock-cable"),
    Row(A.EDIT_LOCATION, "PATCH", HOME, {"name": "Cottage"}),
    Row(A.EDIT_CHARGERS, "PATCH", CHARGER, {"name": "Gate"}),
    Row(A.EDIT_CHARGERS, "POST", f"{CHARGER}/ocpp-password"),
    Row(A.EDIT_RESTRICTED_HOURS, "PUT", f"{CHARGER}/restricted-hours", {"choice": "none"}),
    Row(A.EDIT_TARIFF, "PUT", f"{HOME}/tariff", {"tariff_id": None}),
    Row(A.EDIT_VEHICLES, "POST", f"{HOME}/vehicles", {"name": "Car", "battery_wh": 50_000}),
    Row(A.EDIT_VEHICLES, "PATCH", "/v1/vehicles/{vehicle}", {"name": "Van"}),
    Row(A.EDIT_VEHICLES, "DELETE", "/v1/vehicles/{vehicle}"),
    Row(A.EDIT_CARDS, "GET", f"{HOME}/cards"),
    Row(A.EDIT_CARDS, "POST", f"{HOME}/cards", {"uid": "0AFE", "name": "Card"}),
    Row(A.EDIT_CARDS, "GET", f"{HOME}/cards/{{card}}"),
    Row(A.EDIT_CARDS, "PATCH", f"{HOME}/cards/{{card}}", {"name": "Card"}),
    Row(A.EDIT_CARDS, "DELETE", f"{HOME}/cards/{{card}}"),
    Row(A.EDIT_CARDS, "POST", f"{CHARGER}/card-pairing", {"name": "Card"}),
    Row(A.EDIT_CARDS, "GET", f"{CHARGER}/authorizations"),
    Row(A.EDIT_MEMBERS, "DELETE", f"{HOME}/members/{{user}}"),
    Row(A.EDIT_JOIN_CODES, "GET", f"{HOME}/join-code"),
    Row(A.EDIT_JOIN_CODES, "POST", f"{HOME}/join-code", {}),
    Row(A.EDIT_JOIN_CODES, "DELETE", f"{HOME}/join-code"),
    Row(A.ADD_CHARGERS, "POST", "/v1/chargers", NEW_CHARGER),
    Row(A.REMOVE_CHARGERS, "DELETE", CHARGER),
    Row(A.EDIT_ADMINS, "PATCH", f"{HOME}/members/{{user}}", {"role": "admin"}),
    Row(A.EDIT_ADMINS, "DELETE", f"{HOME}/members/{{admin}}"),
    Row(A.EDIT_ADMINS, "GET", f"{HOME}/join-code?role=admin"),
    Row(A.EDIT_ADMINS, "POST", f"{HOME}/join-code", {"role": "admin"}),
    Row(A.EDIT_ADMINS, "DELETE", f"{HOME}/join-code?role=admin"),
    Row(A.TRANSFER_LOCATION, "POST", f"{HOME}/transfer", {"driver_id": "{user}"}),
    Row(A.DELETE_LOCATION, "DELETE", HOME),
]
ELSEWHERE = {
    "GET /v1/chargers/<id:charger_id>/card-pairing/<id:pairing_id>",
    "GET /v1/chargers/<id:charger_id>/commands/<id:command_id>",
    "GET /v1/occurrences/<id:occurrence_id>/plan.svg",
}
"""Whose thing is there for a moment only, so that their own tests ask by role."""


class Scene:
    """A home where somebody has a role (None: had one), with one of everything, theirs and others'."""

    def __init__(self, db: Db, role: MemberRole | None) -> None:
        self.actor, owner, other, user, admin = (sign_up(db, f"{role}-{n}") for n in range(5))
        home = make_home(db, self.actor if role is MemberRole.OWNER else owner)
        for member, as_what in ((other, MemberRole.USER), (user, MemberRole.USER), (admin, MemberRole.ADMIN)):
            join(db, home, member, as_what)
        if role is not MemberRole.OWNER:
            join(db, home, self.actor, role or MemberRole.USER)
        charger = make_charger(db, owner if role is not MemberRole.OWNER else self.actor, home, f"CP-{role}")
        self.ids = {"home": home.id, "charger": charger.id, "user": user.account_id, "admin": admin.account_id}
        for prefix, who in (("own_", self.actor), ("", other)):
            plan = schedule(db, charger.id, who, now=NOW)
            [first, *_] = list_occurrences(db, OCCURRENCES.c.schedule_id == plan.id)
            self.ids |= {f"{prefix}schedule": plan.id, f"{prefix}occurrence": first.id}
            self.ids[f"{prefix}session"] = make_session(db, charger, who).id
        self.ids["plug_in"] = make_session(db, charger, other, status=Status.PAUSED, kind=Kind.PLUG_IN).id
        self.ids["vehicle"] = add_vehicle(
            db, home, name="Car", battery_wh=50_000, max_power_w=None, efficiency_percent=90, now=NOW
        ).id
        uid, whose = new_id()[-12:], {"name": "Card", "driver_id": other.account_id}
        self.ids["card"] = add_card(db, home, uid=uid, **whose, now=NOW).id
        for each in (MemberRole.USER, MemberRole.ADMIN):
            make_code(db, home, role=each, uses=1, lasting=DAY, caller=owner, now=NOW)
        if role is None:
            db.execute(delete(Member).where(Member.account_id == self.actor.account_id))

    def filled(self, value: Any) -> Any:  # noqa: ANN401 - any JSON value
        match value:
            case str():
                return value.format(**self.ids) if "{" in value else value
            case dict():
                return {name: self.filled(each) for name, each in value.items()}
            case _:
                return value


def headers_of(db: Db, caller: Caller, context: WebContext) -> Headers:
    issued = tokens.log_in(db, caller.account_id, device=None, access=context.access_tokens, now=NOW)
    return {"Authorization": f"Bearer {issued.access_token}"}


@pytest.mark.parametrize("row", TABLE, ids=str)
def test_each_role_may_do_what_the_table_says(client: FlaskClient, database: Database, context: WebContext, row: Row):
    with database.write() as db:
        scenes = {role: Scene(db, role) for role in (None, *MemberRole)}
        signed_in = {role: headers_of(db, scene.actor, context) for role, scene in scenes.items()}
    for role, scene in scenes.items():
        headers = signed_in[role]
        path, body = scene.filled(row.path), scene.filled(row.body)

        answer = client.open(path, method=row.method, json=body, headers=headers)

        told = answer.get_json(force=True, silent=True) or {}
        if role is None or (row.is_hidden and not is_allowed(role, row.action)):
            assert answer.status_code == 404, role
        elif is_allowed(role, row.action):
            assert answer.status_code < 400 or answer.status_code == 409, (role, told)
        else:
            assert (answer.status_code, told["needs_role"]) == (403, lowest_role(row.action)), role


def test_every_action_of_a_member_is_asked_for():
    assert {row.action for row in TABLE} == set(Action)


def test_every_route_declares_what_is_asked_for_here(app: Flask):
    adapter = app.url_map.bind("localhost")
    known = {"home", "charger", "user", "admin", "card", "vehicle", "plug_in", "session", "schedule", "occurrence"}
    ids = dict.fromkeys(known | {f"own_{name}" for name in known}, "00000000-0000-7000-8000-000000000001")
    asked: dict[str, set[Action]] = {}
    for row in TABLE:
        path = row.path.format(**ids).partition("?")[0]
        rule, _ = adapter.match(path, method=row.method, return_rule=True)
        asked.setdefault(f"{row.method} {rule.rule}", set()).add(row.action)

    declared = {route: set(actions) for route, actions in routes(app) if actions}
    assert {route: actions for route, actions in declared.items() if route not in ELSEWHERE} == asked
    assert declared.keys() - asked.keys() == ELSEWHERE


def test_every_route_to_what_is_shared_declares_whom_it_is_for(app: Flask):
    assert [route for route, actions in routes(app) if route.partition(" ")[2].startswith(SHARED) and not actions] == []


def routes(app: Flask) -> Iterator[tuple[str, Sequence[Action]]]:
    """Those that anybody may call who is signed in, with what they take of a member."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if getattr(view, "access", None) == SIGNED_IN:
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                yield f"{method} {rule.rule}", actions_of(view)
