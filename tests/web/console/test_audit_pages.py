"""Everything that an agent is shown is in the audit log, and agents read it there."""

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from homecharge.domain.accounts import Role
from homecharge.observability.clock import ManualClock
from homecharge.storage.database import Database
from homecharge.storage.models.commands import AuditRow
from tests.authorizations import UID
from tests.web.conftest import SignIn
from tests.web.console.conftest import Agent, Browser
from tests.web.console.sights import Sights


def looks(database: Database) -> list[tuple[str, str, str]]:
    """What was noted since the last time, and by whom it was asked for."""
    with database.write() as db:
        rows = db.execute(select(AuditRow.action, AuditRow.target_kind, AuditRow.target_id).order_by(AuditRow.id)).all()
        db.execute(delete(AuditRow))
        return [tuple(row) for row in rows]


def looks_so_far(database: Database) -> list[str]:
    with database.read() as db:
        return list(db.scalars(select(AuditRow.target_id)))


def test_every_page_that_shows_something_is_noted_once(agent: Browser, database: Database, sights: Sights):
    looks(database)

    noted = {path: (agent.get(path).status_code, looks(database)) for path in sights.pages}

    alone = "?q=gibberish"
    assert {path: seen for path, seen in noted.items() if seen[0] != 200 or len(seen[1]) != 1} == {}
    assert noted[f"/sessions/{sights.session.reference}"][1] == [("support.looked_at", "session", sights.session.id)]
    assert noted["/chargers"][1] == [("support.looked_at", "chargers", "-")]
    assert noted[alone][1] == [("support.looked_at", "search", "-")]


def test_a_page_that_keeps_itself_up_to_date_is_noted_when_it_is_opened_and_then_once_in_a_while(
    agent: Browser, database: Database, sights: Sights, clock: ManualClock
):
    path, again = f"/support/chargers/{sights.charger_id}", {"Look-Again": "1"}
    looks(database)

    noted = []
    for _ in range(90):
        agent.client.get(path, headers=again)
        noted.append(len(looks_so_far(database)))
        clock.advance(timedelta(seconds=10))

    assert (noted[0], noted[30], noted[31], noted[-1]) == (1, 1, 2, 3)


def test_asking_again_is_no_way_around_the_log(
    agent_of: Agent, agent: Browser, database: Database, sights: Sights, clock: ManualClock
):
    def again(who: Browser, path: str) -> int:
        assert who.client.get(f"/support{path}", headers={"Look-Again": "1"}).status_code == 200
        return len(looks_so_far(database))

    charger, somebody_else = f"/chargers/{sights.charger_id}", agent_of()
    looks(database)
    agent.get(charger)

    assert again(agent, charger) == 1
    assert again(agent, f"{charger}/messages") == 2
    assert again(agent, f"{charger}/messages?direction=in") == 3
    assert again(agent, f"{charger}/messages?direction=in") == 4
    assert again(agent, f"/locations/{sights.location_id}") == 5
    assert again(somebody_else, charger) == 6
    agent.get(charger)
    assert len(looks_so_far(database)) == 7


def test_every_look_through_the_api_is_noted_once(
    app: Flask, client: FlaskClient, database: Database, sign_in: SignIn, sights: Sights
):
    headers = sign_in(Role.SUPPORT)
    looks(database)
    ids = {
        "session": sights.session.reference,
        "charger_id": sights.charger_id,
        "authorization_id": sights.authorization_id,
        "location_id": sights.location_id,
        "provider_id": sights.provider_id,
        "token_id": sights.token_id,
        "group_id": sights.group_id,
        "command_id": sights.command_id,
        "uid": UID,
    }
    rules = [
        rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(("/v1/support", "/v1/operator")) and "GET" in (rule.methods or ())
    ]

    seen = {}
    for rule in rules:
        path = app.url_map.bind("").build(rule.endpoint, {name: ids[name] for name in rule.arguments})
        answer = client.get(path, query_string={"q": "GARAGE"} if path.endswith("search") else {}, headers=headers)
        seen[path] = (answer.status_code, len(looks(database)))

    assert len(seen) > 15
    assert {path: found for path, found in seen.items() if found != (200, 1)} == {}


def test_what_is_not_there_is_not_noted(agent: Browser, database: Database):
    looks(database)

    assert agent.get("/sessions/NONE").status_code == 404
    assert looks(database) == []


def test_a_card_stands_there_by_its_ends_and_a_person_by_an_id(agent: Browser, database: Database, sights: Sights):
    for path, query in (("/tokens", {"uid": UID}), ("", {"q": "ada@example.org"}), (f"/cards/{UID}", {})):
        agent.get(path, **query)
    agent.get("/audit", about=UID)

    with database.read() as db:
        noted = str(db.execute(select(AuditRow.target_id, AuditRow.detail)).all())
    assert "04A1…D4" in noted
    assert UID not in noted
    assert "ada@example.org" not in noted
    assert sights.driver_id in noted


def test_the_log_is_narrowed_to_an_agent_to_a_thing_and_to_an_action(agent: Browser, sights: Sights):
    every = {"Session", "Charger", "Account", "Card", "Providers"}
    queries: list[tuple[dict[str, str], set[str]]] = [
        ({"agent": "agent1@example.org"}, every),
        ({"agent": "somebody@example.org"}, set()),
        ({"about": "GARAGE"}, {"Session", "Charger"}),
        ({"about": "garage"}, set()),
        ({"about": sights.session.reference}, {"Session"}),
        ({"about": sights.session.id}, {"Session"}),
        ({"about": "Ada@Example.org"}, {"Account"}),
        ({"about": UID.lower()}, {"Card"}),
        ({"action": "support.looked_at"}, every),
        ({"action": "charger.command"}, set()),
    ]
    session, charger, driver = sights.session.id, sights.charger_id, sights.driver_id
    for path in (f"/sessions/{session}", f"/chargers/{charger}", f"/cards/{UID}", "/providers", f"/drivers/{driver}"):
        agent.get(path)

    found = [agent.get("/audit", **query).text.partition("<tbody>")[2] for query, _ in queries]

    kinds = [{kind for kind in every if f"<td>{kind} " in rows or f"<td>{kind}<" in rows} for rows in found]
    assert kinds == [expected for _, expected in queries]


def test_the_log_goes_on_where_a_page_ends(agent: Browser, sights: Sights):
    for _ in range(51):
        agent.get("/providers")

    first = agent.get("/audit", action="support.looked_at").text
    link = first.partition('<a href="?')[2].rpartition('<a href="?')[2].partition('"')[0].replace("&amp;", "&")
    second = agent.client.get(f"/support/audit?{link}").text

    assert first.count("<tr><td>") == 50
    assert 0 < second.count("<tr><td>") < 10
    assert "action=support.looked_at" in link
