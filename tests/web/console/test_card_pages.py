"""Cards, providers and locations in the console: looked at by agents, changed by operators only."""

import html
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from homecharge.domain.accounts import Role
from homecharge.storage.database import Database
from homecharge.storage.models import TokenGroup
from homecharge.storage.types import new_id
from tests.homes import make_charger, make_home, sign_up
from tests.web.conftest import SignIn
from tests.web.console.conftest import Agent, Browser

Made = dict[str, str]
UID = "04A1B2C3D4"


@pytest.fixture
def made(client: FlaskClient, database: Database, sign_in: SignIn) -> Made:
    """The ids of a provider, one of its tokens, a group, a location and a charger."""
    headers = sign_in(Role.OPERATOR)

    def add(path: str, **body: Any) -> str:
        answer = client.post(f"/v1/operator/{path}", json=body, headers=headers)
        assert answer.status_code == 201, answer.text
        return str(answer.get_json()["id"])

    with database.write() as db:
        ada = sign_up(db)
        home = make_home(db, ada)
        charger = make_charger(db, ada, home, "GARAGE")
    contact = {"phone": "+44 20 7946 0000", "email": None, "url": None}
    provider = add("providers", country_code="GB", party_id="ABC", name="<b>Alphabet", support=contact)
    token = add("tokens", uid=UID, provider_id=provider, type="RFID", valid=False, whitelist="ALLOWED")
    group = add("token-groups", name="Vans", location_ids=[home.id], charger_ids=[], tokens=[])
    return {"provider": provider, "token": token, "group": group, "location": home.id, "charger": charger.id}


def test_a_provider_is_blocked_and_unblocked_from_its_rows_menu(operator: Browser, made: Made):
    path = f"/providers/{made['provider']}"

    blocked = operator.post(f"{path}/block", back="/support/providers?q=alpha")
    while_blocked = operator.get("/providers", q="alpha").text
    operator.post(f"{path}/unblock", back="https://evil.example")
    afterwards = operator.get("/providers").text

    assert blocked.location == "/support/providers?q=alpha"
    assert ">Blocked<" in while_blocked
    assert f"{path}/unblock" in while_blocked
    assert ">Blocked<" not in afterwards
    assert "<b>Alphabet" not in afterwards


def test_a_roaming_token_is_found_by_its_uid_with_its_providers_contact(operator: Browser, made: Made):
    nobody = operator.get("/tokens", uid="FFFF").text
    found = operator.get("/tokens", uid=UID.lower()).text
    operator.post(f"/tokens/{made['token']}", valid="on")
    ticked = operator.get("/tokens").text
    operator.post(f"/tokens/{made['token']}")

    box = f'name="valid" checked aria-label="{UID} is valid"'
    assert "+44 20 7946 0000" in found
    assert UID not in nobody
    assert [box in page for page in (found, ticked, operator.get("/tokens").text)] == [False, True, False]


def test_a_card_whose_uid_has_a_slash_is_found_like_any_other(
    agent: Browser, client: FlaskClient, sign_in: SignIn, made: Made
):
    card = {"uid": "AB/12", "provider_id": made["provider"], "type": "RFID", "valid": True, "whitelist": "ALLOWED"}
    client.post("/v1/operator/tokens", json=card, headers=sign_in(Role.OPERATOR))

    found = agent.get("", q="ab/12")

    assert found.location == "/support/cards/AB%2F12"
    assert "AB/12" in agent.client.get(found.location).text


def test_a_token_is_added_to_a_group_and_marked(operator: Browser, made: Made):
    path = f"/token-groups/{made['group']}"

    added = operator.post(f"{path}/tokens", uid="AABBCCDD", name="Van 7", valid="on")
    page = operator.get(path).text
    operator.post(f"{path}/tokens/change", uid="AABBCCDD")
    marked = operator.get(path).text
    again = operator.post(f"{path}/tokens", uid="aabbccdd", name="Van 8", valid="on")
    nameless = operator.post(f"{path}/tokens", uid="AABB")

    assert added.location == f"/support{path}"
    assert "Van 7" in page
    assert ['checked aria-label="AABBCCDD is valid"' in each for each in (page, marked)] == [True, False]
    assert (again.status_code, nameless.status_code) == (409, 422)
    assert "Vans" in operator.get("/token-groups").text


def test_a_group_names_the_places_where_it_holds(
    agent: Browser, client: FlaskClient, sign_in: SignIn, database: Database, made: Made
):
    with database.write() as db:
        grace = sign_up(db, "Grace")
        second = make_home(db, grace, name="Allotment <1>")
        attic = make_charger(db, grace, second, "ATTIC")
    places = {"location_ids": [made["location"], second.id], "charger_ids": [made["charger"], attic.id]}
    group = f"/v1/operator/token-groups/{made['group']}"
    assert client.patch(group, json=places, headers=sign_in(Role.OPERATOR)).status_code == 200

    page = agent.get(f"/token-groups/{made['group']}").text

    links = re.findall(r'<li><a href="/support/(\w+)/([^"]+)">([^<]+)</a>', page)
    assert links == [
        ("locations", second.id, "Allotment &lt;1&gt;"),
        ("locations", made["location"], "Home"),
        ("chargers", attic.id, "ATTIC"),
        ("chargers", made["charger"], "GARAGE"),
    ]


def test_a_homes_own_group_names_the_home(agent: Browser, database: Database, made: Made):
    with database.write() as db:
        db.execute(update(TokenGroup).values(home_id=made["location"]))

    pages = [agent.get(path).text for path in ("/token-groups", f"/token-groups/{made['group']}")]

    link = f'<a href="/support/locations/{made["location"]}">Home</a>'
    assert [link in page for page in pages] == [True, True]


def test_a_card_is_checked_by_hand_and_its_decision_reads_like_a_flow(agent: Browser, made: Made):
    checked = agent.post("/authorizations", charger="GARAGE", uid=UID)
    decision = agent.client.get(checked.location).text
    listed = [agent.get("/authorizations", **query).text for query in ({}, {"status": "accepted"}, {"uid": UID})]

    assert checked.status_code == 303
    assert 'class="flow"' in decision
    assert "Refused" in decision
    assert [UID in page.partition("<h2>Decisions</h2>")[2].partition("<tbody>")[2] for page in listed] == [
        True,
        False,
        True,
    ]
    assert agent.post("/authorizations", charger="NOWHERE", uid=UID).status_code == 404
    assert agent.get("/authorizations", status="perhaps").status_code == 422


def test_a_cards_page_says_where_it_is_known(agent: Browser, made: Made):
    page = agent.get(f"/cards/{UID}").text

    assert "&lt;b&gt;Alphabet" in page
    assert "Not valid" in page


def test_a_locations_switches_are_replaced(operator: Browser, made: Made):
    path = f"/locations/{made['location']}"
    cards = {"type": "token", "contract_ids": "GB-ABC-C12345678-X\r\nGB-ABC-C12345679-X", "uids": "", "code": "left"}

    operator.get(path)
    operator.post(path, roaming="on", **cards)
    page = operator.get(path).text
    operator.post(path, guest="on", type="organisation_unit", code="FLEET", uids="left over")
    later = operator.get(path).text
    wrong = operator.post(path, type="token")

    assert 'name="roaming" checked' in page
    assert "GB-ABC-C12345678-X\nGB-ABC-C12345679-X" in page
    assert 'value="FLEET"' in later
    assert ('name="guest" checked' in later, 'name="roaming" checked' in later) == (True, False)
    assert (wrong.status_code, "at least one card" in wrong.text) == (422, True)


def test_a_location_that_somebody_else_changed_is_shown_anew_with_what_was_typed(agent_of: Agent, made: Made):
    path, first, second = f"/locations/{made['location']}", agent_of(Role.OPERATOR), agent_of(Role.OPERATOR)
    first.get(path)
    second.get(path)
    second.post(path, roaming="on", type="organisation_unit", code="FLEET")

    late = first.post(path, guest="on", type="token", uids="04A1B2C3D4", contract_ids="", code="typed")
    unsaved = second.get(path).text
    first.seen = {"if_match": html.unescape(re.findall(r'name="if_match" value="([^"]*)"', late.text)[0])}
    again = first.post(path, guest="on", type="token", uids="04A1B2C3D4")
    saved = second.get(path).text

    assert late.status_code == 412
    assert "Sam changed this after you had opened the page, Fri, 20 Nov 2026" in late.text
    told = re.findall(r"<li>(.*)</li>", late.text.partition('role="alert"')[2].partition("</div>")[0])
    assert told == [
        "Roaming: on",
        "Guest: off",
        "Cards that are paid back: An organisation unit",
        "Uids: –",
        "Organisation unit: FLEET",
    ]
    form = late.text.partition("<form method")[2]
    kept = ('name="guest" checked', 'value="token" selected', ">04A1B2C3D4</textarea>", 'value="typed"')
    assert [words for words in kept if words not in late.text] == []
    assert 'name="roaming" checked' not in form
    assert ('value="FLEET"' in unsaved, 'name="guest" checked' in unsaved) == (True, False)
    assert again.status_code == 303
    assert ('name="guest" checked' in saved, 'name="roaming" checked' in saved) == (True, False)


@pytest.mark.parametrize("place", ["tokens/{token}", "token-groups/{group}/tokens/change"])
def test_a_tick_that_comes_too_late_is_shown_beside_what_is_saved(
    operator: Browser, client: FlaskClient, sign_in: SignIn, made: Made, place: str
):
    operator.post(f"/token-groups/{made['group']}/tokens", uid=UID, name="Van 7", valid="on")
    page = "/tokens" if place.startswith("tokens") else f"/token-groups/{made['group']}"
    of_api = {"tokens": f"tokens/{made['token']}"}.get(page[1:], f"{page[1:]}/tokens/{UID}")
    operator.get(page)
    changed = {"valid": True} if page == "/tokens" else {"name": "Van 8"}
    assert client.patch(f"/v1/operator/{of_api}", json=changed, headers=sign_in(Role.OPERATOR)).status_code == 200

    late = operator.post(f"/{place.format(**made)}", uid=UID)

    assert late.status_code == 412
    assert f"Card {UID} was changed after you had opened the page" in late.text
    assert '<span class="badge good">Valid</span>' in late.text.partition('role="alert"')[2].partition("</p>")[0]
    assert f'name="valid" aria-label="{UID} is valid"' in late.text
    assert f'name="valid" checked aria-label="{UID} is valid"' in operator.get(page).text


@pytest.mark.parametrize("given", [{}, {"if_match": ""}, {"if_match": "*"}])
def test_a_form_that_does_not_say_what_it_was_shown_with_is_refused(
    operator: Browser, made: Made, given: dict[str, str]
):
    for place in (f"/tokens/{made['token']}", f"/locations/{made['location']}"):
        operator.get("/tokens")
        operator.seen = given

        assert operator.post(place, valid="on").status_code == 409


def test_locations_are_listed_by_name(agent: Browser, made: Made):
    pages = [agent.get("/locations", q=q).text for q in ("", "hom", "100%")]

    assert [made["location"] in page for page in pages] == [True, True, False]
    assert agent.get(f"/locations/{new_id()}").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/providers/{provider}/block",
        "/providers/{provider}/unblock",
        "/tokens/{token}",
        "/token-groups/{group}/tokens",
        "/token-groups/{group}/tokens/change",
        "/locations/{location}",
    ],
)
def test_agents_change_nothing(agent: Browser, made: Made, path: str):
    assert agent.post(path.format(**made)).status_code == 403


@pytest.mark.parametrize("path", ["/providers", "/tokens", "/token-groups/{group}", "/locations/{location}"])
def test_agents_are_offered_no_changes(agent: Browser, made: Made, path: str):
    page = agent.get(path.format(**made)).text

    assert page.count("<button") <= page.count("Log out") + page.count(">Find<") + page.count(">Show<")
