"""What is held about a person is handed to them, and erased when they go: on every database, in every table."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import String, cast, func, or_, select, update

from homecharge.domain.accounts import Role
from homecharge.domain.personal_data import SECTIONS
from homecharge.services import exporting
from homecharge.services.accounts import register
from homecharge.services.passwords import Passwords
from homecharge.storage.database import Database
from homecharge.storage.models import AuditRow, Base, ChargingSession, Reading, TransactionRow
from homecharge.storage.queries.exporting import SESSIONS_AT_ONCE
from homecharge.storage.queries.personal_data import TABLES, Fate
from homecharge.web.api.personal_data.schemas import PersonalData
from tests.histories import fill
from tests.web.conftest import START, SignIn
from tests.web.lives import EMAIL, HOME, MARK, OWN_CARD, PASSWORD, SHARED_CARD, Life

SECRETS = ("hash", "sha256", "secret", "password", "push_token", "network", "token_hash")
NOT_ASKED = {"card_pairings", "tariff_rates"}
"""Sections that are empty in this life: what she never did."""


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def life(client: FlaskClient, database: Database, sign_in: SignIn) -> Life:
    return Life(client, database, sign_in)


NOT_LIVED = {"card_pairings", "command_follow_ups", "local_list_entries", "preapprovals"}
"""Tables that hold nothing of this life."""


ENDS_OF_CARDS = {
    *("sessions.rejection", "audit_log.target_id", "audit_log.detail"),
    *("commands.payload", "commands.error_detail", "idempotency_keys.body"),
}
"""Where this life left no more of a card than its ends."""


def marked(database: Database, word: str = MARK) -> set[str]:
    """Where a word is to be found: tables and columns."""
    found = set()
    with database.read() as db:
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                has_it = func.lower(cast(column, String)).contains(word)
                if db.scalar(select(func.count()).select_from(table).where(has_it)):
                    found.add(f"{table.name}.{column.name}")
    return found


def export(client: FlaskClient, life: Life) -> tuple[dict[str, Any], int]:
    """The document, as the edge would put it together, and of how many parts."""
    path, text, parts = "/v1/me/export", "", 0
    while path:
        answer = client.get(path, headers=life.headers)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        text, parts = text + answer.get_data(as_text=True), parts + 1
        path = answer.headers.get("Homecharge-Next", "")
    document: dict[str, Any] = json.loads(text)
    return document, parts


def test_every_table_is_decided_about() -> None:
    assert set(TABLES) == set(Base.metadata.tables)


def test_every_section_is_of_a_table_and_shows_columns_of_it_but_no_secret() -> None:
    tables = {held.section: Base.metadata.tables[name] for name, held in TABLES.items() if held.section}

    assert set(tables) == set(SECTIONS)
    for name, section in SECTIONS.items():
        assert set(section.fields) <= {column.name for column in tables[name].columns}, name
        assert [field for field in section.fields if field.endswith(SECRETS)] == [], name


def test_a_person_is_handed_what_is_held_about_them(client: FlaskClient, life: Life) -> None:
    document, _ = export(client, life)

    assert PersonalData().validate(document) == {}
    assert {name for name in SECTIONS if not document[name]} == NOT_ASKED
    assert document["profile"][0]["email"] == EMAIL
    assert {card["uid"] for card in document["cards"]} == {OWN_CARD, SHARED_CARD}
    assert {session["kind"] for session in document["sessions"]} == {"card", "boost", "manual"}
    text = json.dumps(document)
    assert "Ben" not in text
    assert "push-" not in text
    assert "whsec_" not in text


def test_a_long_life_comes_in_parts_that_are_one_document(client: FlaskClient, database: Database, life: Life) -> None:
    place = (life.bens_charger, life.bens_home.rpartition("/")[2])
    with database.write() as db:
        drawn = fill(db, [place], [life.account_id], count=3 * exporting.ROWS_AT_ONCE, span_s=900_000)

    document, parts = export(client, life)

    with database.read() as db:
        theirs = select(ChargingSession.id).where(ChargingSession.driver_id == life.account_id)
        ids, readings = set(db.scalars(theirs)), set(db.scalars(select(Reading.id)))
    assert parts > 3
    assert PersonalData().validate(document) == {}
    assert {each.id for each in drawn} < {each["id"] for each in document["sessions"]} == ids
    assert len(document["sessions"]) == len(ids) > 2 * SESSIONS_AT_ONCE
    assert {each["id"] for each in document["readings"]} == readings


@pytest.mark.parametrize(
    "cursor",
    [
        "!",
        "bm9uc2Vuc2U",  # nonsense
        "WyJwcm9maWxlIixudWxsXQ",  # ["profile",null]
        "WyJubyIsWyJ4Il1d",  # ["no",["x"]]
        "WyJwcm9maWxlIixbImEiLCJiIl1d",  # ["profile",["a","b"]]
        "WyJ0cmFuc2FjdGlvbnMiLFtdXQ",  # ["transactions",[]]
        "WyJ0YXJpZmZfcmF0ZXMiLFsiYSIsIjIwMjYtMTEtMjBUMTE6MDU6MDAiXV0",  # an instant without a zone
    ],
)
def test_a_cursor_of_something_else_is_refused(client: FlaskClient, sign_in: SignIn, cursor: str) -> None:
    answer = client.get(f"/v1/me/export?cursor={cursor}", headers=sign_in())

    assert (answer.status_code, set(answer.get_json(force=True)["errors"])) == (422, {"cursor"})


def count_of(database: Database, account_id: str, *fates: Fate) -> dict[str, int]:
    """How many rows are about somebody, by table."""
    with database.read() as db:
        return {
            name: db.scalar(select(func.count()).select_from(table).where(whose(account_id))) or 0
            for name, table in Base.metadata.tables.items()
            if TABLES[name].fate in fates and (whose := TABLES[name].whose) is not None
        }


def test_of_who_is_gone_nothing_is_left_but_energy_of_nobody(
    client: FlaskClient, database: Database, life: Life
) -> None:
    places = marked(database)
    lived = {place.partition(".")[0] for place in places}
    about = count_of(database, life.account_id, Fate.ERASED, Fate.ANONYMISED)
    lived |= {name for name, count in about.items() if count}
    energy = select(func.sum(ChargingSession.energy_wh), func.count())
    with database.read() as db:
        before = db.execute(energy).one()

    gone = client.delete("/v1/me", headers=life.headers)

    assert gone.status_code == 204
    assert places >= ENDS_OF_CARDS
    assert {name for name, each in TABLES.items() if each.fate is not Fate.KEPT} - lived == NOT_LIVED
    assert marked(database) == set()
    assert {name: count for name, count in count_of(database, life.account_id, Fate.ERASED).items() if count} == {}
    own = or_(ChargingSession.driver_id.is_not(None), ChargingSession.card_uid.is_not(None))
    with database.read() as db:
        assert db.execute(energy).one() == before
        assert db.scalar(select(func.count()).where(own)) == 0
        assert set(db.scalars(select(TransactionRow.id_tag))) == {"erased"}
    _check_what_ben_sees(life)
    person = {"email": EMAIL, "password": PASSWORD, "name": "Ada", "locale": "en"}
    assert life.ask("POST", "/v1/auth/register", person)["id"] != life.account_id


def test_a_card_of_who_is_gone_is_in_no_try_of_somebody_else(
    client: FlaskClient, database: Database, life: Life
) -> None:
    with database.write() as db:  # as one that was refused: it belongs to the home's owner
        db.execute(update(ChargingSession).where(ChargingSession.id == life.session).values(driver_id=None))

    client.delete("/v1/me", headers=life.headers)

    assert marked(database) == set()


def test_of_an_agent_who_is_gone_the_audit_log_keeps_log_ins_but_no_device(
    client: FlaskClient, database: Database, passwords: Passwords
) -> None:
    with database.write() as db:
        hashed = passwords.hash(PASSWORD)
        account_id = register(db, email=EMAIL, password_hash=hashed, name="Ada", role=Role.SUPPORT, now=START).id
    told = {"email": EMAIL, "password": PASSWORD, "device": f"Desk {MARK}"}
    client.post("/v1/auth/login", json=told | {"password": "a guess"})
    tokens = client.post("/v1/auth/login", json=told).get_json()
    before = marked(database)

    client.delete("/v1/me", headers={"Authorization": f"Bearer {tokens['access_token']}"})

    assert "audit_log.detail" in before
    assert marked(database) == set()
    with database.read() as db:
        actions = set(db.scalars(select(AuditRow.action).where(AuditRow.target_id == account_id)))
    assert actions >= {"agent.log_in_failed", "agent.logged_in"}


def test_answers_to_others_stay_whatever_a_card_of_who_is_gone_was_called(client: FlaskClient, sign_in: SignIn) -> None:
    eve, ben = sign_in(), sign_in() | {"Idempotency-Key": "bens-home-1"}
    first = client.post("/v1/locations", json=HOME, headers=ben)
    evil = client.post("/v1/locations", json=HOME, headers=eve).get_json()["id"]
    for uid in ("id", "true", "null", "time_zone", "Europe/London"):
        card = client.post(f"/v1/locations/{evil}/cards", json={"uid": uid, "name": "Key"}, headers=eve)
        assert card.status_code == 201

    gone = client.delete("/v1/me", headers=eve)

    assert gone.status_code == 204
    again = client.post("/v1/locations", json=HOME, headers=ben)
    assert (again.headers["Idempotency-Replayed"], again.get_data()) == ("true", first.get_data())


def _check_what_ben_sees(life: Life) -> None:
    charge = life.ask("GET", f"/v1/sessions/{life.session}", headers=life.ben)
    checks = life.ask("GET", f"/v1/chargers/{life.bens_charger}/authorizations", headers=life.ben)["items"]
    cards = life.ask("GET", f"{life.bens_home}/cards", headers=life.ben)["items"]
    assert (charge["driver"], charge["energy_wh"]) == (None, 1_000)
    assert {(check["status"], check["uid"]) for check in checks} == {("accepted", "…")}
    assert cards == []
