"""Chargers in the console: found, looked at, and told things by operators only."""

import re

import pytest
from sqlalchemy import insert, select, update

from homecharge.domain.accounts import Caller
from homecharge.domain.chargers import NewCharger
from homecharge.storage.database import Database
from homecharge.storage.models import Charger, Message
from homecharge.storage.models.commands import CommandRow
from homecharge.storage.types import new_id
from tests.homes import make_charger, make_home, make_session, sign_up
from tests.web.conftest import START
from tests.web.console.conftest import Browser


@pytest.fixture
def ada(database: Database) -> Caller:
    with database.write() as db:
        return sign_up(db)


@pytest.fixture
def charger(database: Database, ada: Caller) -> NewCharger:
    """One that is online."""
    with database.write() as db:
        made = make_charger(db, ada, make_home(db, ada), "GARAGE")
        line = {"connection_id": new_id(), "connected_at": START, "first_seen_at": START, "last_seen_at": START}
        db.execute(update(Charger).where(Charger.id == made.id).values(line))
        return made


def ordered(database: Database) -> list[tuple[str, dict[str, object]]]:
    with database.read() as db:
        rows = db.execute(select(CommandRow.action, CommandRow.payload).order_by(CommandRow.id))
        return [(row.action, row.payload) for row in rows]


def test_chargers_are_listed_by_name_and_line(agent: Browser, charger: NewCharger):
    pages = [agent.get("/chargers", q=q, state=state).text for q, state in [("gar", ""), ("", "never"), ("", "online")]]

    assert [charger.id in page for page in pages] == [True, False, True]
    assert agent.get("/chargers", state="asleep").status_code == 422


def test_the_list_goes_on_where_a_page_ends(agent: Browser, database: Database, ada: Caller):
    with database.write() as db:
        home = make_home(db, ada)
        for number in range(51):
            make_charger(db, ada, home, f"CP{number}")

    first = agent.get("/chargers", q="CP").text
    link = first.partition('<a href="?')[2].partition('"')[0].replace("&amp;", "&")
    second = agent.client.get(f"/support/chargers?{link}").text

    assert (first.count(">CP"), second.count(">CP")) == (50, 1)
    assert "Older" not in second


def test_a_charger_is_shown_with_its_sessions(agent: Browser, database: Database, ada: Caller, charger: NewCharger):
    with database.write() as db:
        session = make_session(db, charger, ada)
        planned_is_not_history = session.reference

    page = agent.get(f"/chargers/{charger.id}").text

    assert "Online" in page
    assert planned_is_not_history not in page
    assert agent.get(f"/chargers/{new_id()}").status_code == 404


def test_messages_are_listed_with_their_filters(agent: Browser, database: Database, charger: NewCharger):
    row = {"charger_id": charger.id, "connection_id": new_id(), "at": START, "kind": "call", "ocpp_id": "7"}
    boot = {"id": new_id(), "direction": "in", "action": "BootNotification", "body": "[]"}
    reset = {"id": new_id(), "direction": "out", "action": "Reset", "body": "[]"}
    with database.write() as db:
        db.execute(insert(Message), [row | boot, row | reset])
    path = f"/chargers/{charger.id}/messages"

    pages = [agent.get(path, **query).text for query in ({}, {"action": "Reset"}, {"direction": "in"})]

    counts = [(page.count("<strong>BootNotification<"), page.count("<strong>Reset<")) for page in pages]
    assert counts == [(1, 1), (0, 1), (1, 0)]
    assert agent.get(path, direction="up").status_code == 422


@pytest.mark.parametrize(
    ("form", "action", "payload"),
    [
        ({"order": "restart", "type": "Hard"}, "Reset", {"type": "Hard"}),
        ({"order": "unlock", "connector_id": "2"}, "UnlockConnector", {"connectorId": 2}),
        ({"order": "read_configuration"}, "GetConfiguration", {}),
        (
            {"order": "read_configuration", "key": "HeartbeatInterval"},
            "GetConfiguration",
            {"key": ["HeartbeatInterval"]},
        ),
        (
            {"order": "change_configuration", "key": "HeartbeatInterval", "value": "60"},
            "ChangeConfiguration",
            {"key": "HeartbeatInterval", "value": "60"},
        ),
    ],
)
def test_an_operator_has_a_charger_told_something(
    operator: Browser,
    database: Database,
    charger: NewCharger,
    form: dict[str, str],
    action: str,
    payload: dict[str, object],
):
    answer = operator.post(f"/chargers/{charger.id}/commands", **form)

    assert (answer.status_code, answer.location) == (303, f"/support/chargers/{charger.id}#commands")
    assert ordered(database) == [(action, payload)]
    page = operator.get(f"/chargers/{charger.id}").text
    assert action in page


def test_only_a_page_with_something_under_way_has_a_script_and_only_ours(
    operator: Browser, database: Database, charger: NewCharger
):
    path = f"/chargers/{charger.id}"
    idle = operator.get(path)
    operator.post(f"{path}/commands", order="restart", type="Soft")
    pages = [operator.get(path), operator.get(path)]
    with database.write() as db:
        db.execute(update(CommandRow).values(state="accepted"))
    over = operator.get(path)

    nonces = [re.findall(r'<script src="/support/console.js" nonce="([^"]+)" defer>', page.text) for page in pages]
    policies = [page.headers["Content-Security-Policy"] for page in pages]
    assert [len(found) for found in nonces] == [1, 1]
    assert nonces[0] != nonces[1]
    for [nonce], policy in zip(nonces, policies, strict=True):
        assert policy.endswith(f"; script-src 'nonce-{nonce}'; connect-src 'self'")
    for page in (idle, over):
        assert ("script" in page.headers["Content-Security-Policy"], "<script" in page.text) == (False, False)


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"order": "explode"},
        {"order": "restart", "type": "Gentle"},
        {"order": "unlock", "connector_id": "one"},
        {"order": "change_configuration", "key": "x" * 51, "value": ""},
    ],
)
def test_what_no_charger_understands_is_refused(
    operator: Browser, database: Database, charger: NewCharger, form: dict[str, str]
):
    assert operator.post(f"/chargers/{charger.id}/commands", **form).status_code == 422
    assert ordered(database) == []


def test_a_password_is_not_set_by_hand(operator: Browser, charger: NewCharger):
    form = {"order": "change_configuration", "key": "AuthorizationKey", "value": "mine"}

    answer = operator.post(f"/chargers/{charger.id}/commands", **form)

    assert answer.status_code == 409
    assert "rotating" in answer.text


def test_agents_are_offered_no_commands_and_refused_them(agent: Browser, database: Database, charger: NewCharger):
    page = agent.get(f"/chargers/{charger.id}").text
    answer = agent.post(f"/chargers/{charger.id}/commands", order="restart")

    assert "/commands" not in page
    assert answer.status_code == 403
    assert ordered(database) == []


def test_nothing_is_told_to_a_charger_that_is_offline(operator: Browser, database: Database, charger: NewCharger):
    with database.write() as db:
        db.execute(update(Charger).values(connection_id=None, connected_at=None))

    assert "It is offline" in operator.get(f"/chargers/{charger.id}").text
    assert operator.post(f"/chargers/{charger.id}/commands", order="restart").status_code == 409
