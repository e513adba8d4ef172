"""History to take away: as CSV that a spreadsheet takes as it is, and as a statement to print."""

import csv
import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import update

from homecharge.domain.history import Filters
from homecharge.domain.session_state import Kind, Status
from homecharge.domain.texts import DEFAULT
from homecharge.services.downloads import ROWS_AT_ONCE, TooManySessions, list_statement
from homecharge.storage.database import Database
from homecharge.storage.models import Account, Charger, Location
from homecharge.web.context import WebContext
from tests.histories import fill
from tests.web.conftest import START, SignIn
from tests.web.test_sessions import Scene

PATH = "/v1/sessions/export"
COST = {"cost": Decimal("1.2345"), "cost_currency": "GBP"}


@pytest.fixture
def scene(database: Database, sign_in: SignIn) -> Scene:
    return Scene(database, sign_in())


def download(client: FlaskClient, scene: Scene, **query: str) -> list[dict[str, str]]:
    answer = client.get(PATH, headers=scene.headers, query_string={"format": "csv", **query})
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "text/csv; charset=utf-8"
    text, sign = answer.get_data().decode("utf-8-sig"), ";" if query.get("separator") == "semicolon" else ","
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=sign))


def statement(client: FlaskClient, scene: Scene, **query: str) -> str:
    answer = client.get(PATH, headers=scene.headers, query_string={"format": "pdf", **query})
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "application/pdf"
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.get_data())).pages)


def test_a_row_tells_a_session_in_local_time_with_units_in_the_header(client: FlaskClient, scene: Scene):
    started = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 01:30 the first time in that London night
    scene.session(
        kind=Kind.SMART,
        due_at=started,
        at=started,
        started_at=started,
        ended_at=started + timedelta(hours=1),
        energy_wh=7_400,
        **COST,
    )

    [row] = download(client, scene)

    assert row["Started (local time)"] == "2026-10-25 01:30:00"
    assert row["Ended (local time)"] == "2026-10-25 01:30:00"
    offsets = [row[f"UTC offset when {what}"] for what in ("due", "started", "ended")]
    assert (row["Time zone"], offsets) == ("Europe/London", ["UTC+01:00", "UTC+01:00", "UTC+00:00"])
    assert (row["Energy (kWh)"], row["Cost"], row["Currency"]) == ("7.400", "1.23", "GBP")
    assert (row["Location"], row["Driver"], row["Kind"], row["Status"]) == ("Home", "Ada", "smart", "completed")


def test_a_spreadsheet_that_writes_decimals_with_a_comma_gets_semicolons_between_cells(
    client: FlaskClient, scene: Scene, database: Database
):
    scene.session(energy_wh=7_400, **COST)
    with database.write() as db:
        db.execute(update(Charger).values(name='Left; "old", 1.5'))

    [row] = download(client, scene, separator="semicolon")

    assert (row["Energy (kWh)"], row["Cost"], row["Charger"]) == ("7,400", "1,23", 'Left; "old", 1.5')
    assert row["Due (local time)"].startswith("2026-11-")
    assert list(row) == list(download(client, scene)[0])


def test_a_rejected_one_says_why_and_what_to_do(client: FlaskClient, scene: Scene):
    scene.rejected()

    [row] = download(client, scene)

    assert (row["Status"], row["Reason code"], row["Energy (kWh)"], row["Cost"]) == (
        "rejected",
        "car_unplugged",
        "0.000",
        "",
    )
    assert row["Reason"].startswith("The car has not been plugged in")
    assert row["What to do"]


@pytest.mark.parametrize("name", ["=1+1", "+44", "-2+3", "@SUM(A1)", "\tx", '=HYPERLINK("http://e.example","a")'])
def test_no_name_becomes_a_formula(client: FlaskClient, scene: Scene, database: Database, name: str):
    scene.session()
    with database.write() as db:
        for table in (Account, Location, Charger):
            db.execute(update(table).values(name=name))

    [row] = download(client, scene)

    assert {row[column] for column in ("Location", "Charger", "Driver")} == {f"'{name}"}


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Garage;=1+1;x", "Garage;'=1+1;x"),
        ('Garage; "@SUM(A1)', "Garage;' \"@SUM(A1)"),
        ("Garage; left - of two = best", "Garage; left - of two = best"),
        ("Garage,=1+1,x", "Garage,'=1+1,x"),
    ],
)
@pytest.mark.parametrize("separator", ["comma", "semicolon"])
def test_no_name_becomes_a_formula_where_the_other_separator_begins_another_cell(
    client: FlaskClient, scene: Scene, database: Database, name: str, written: str, separator: str
):
    scene.session()
    with database.write() as db:
        db.execute(update(Charger).values(name=name))

    [row] = download(client, scene, separator=separator)

    assert row["Charger"] == written


def test_what_it_holds_is_what_the_filters_of_the_list_let_through(client: FlaskClient, scene: Scene):
    boost, manual = scene.session(kind=Kind.BOOST), scene.session(kind=Kind.MANUAL)
    scene.session(Status.PLANNED)

    assert {row["Session id"] for row in download(client, scene)} == {boost.id, manual.id}
    assert [row["Session id"] for row in download(client, scene, kind="manual")] == [manual.id]
    assert download(client, scene, **{"from": "2027-01-01T00:00:00Z"}) == []


def test_a_long_one_comes_in_parts_each_of_which_says_where_the_next_is(
    client: FlaskClient, scene: Scene, database: Database
):
    with database.write() as db:
        drawn = fill(db, [(scene.charger.id, scene.charger.location_id)], [None], count=2 * ROWS_AT_ONCE, span_s=400)
    wanted = {each.id for each in drawn if each.status is not Status.PLANNED}

    path, parts = f"{PATH}?format=csv&separator=semicolon&status=completed,rejected", []
    while path:
        answer = client.get(path, headers=scene.headers)
        parts.append(answer.get_data().decode())
        path = answer.headers.get("Homecharge-Next", "")
        assert answer.headers.get("Link") == (f'<{path}>; rel="next"' if path else None)

    rows = list(csv.DictReader(io.StringIO("".join(parts).removeprefix("\ufeff"), newline=""), delimiter=";"))
    assert len(parts) > 1
    assert [row["Session id"] for row in rows if row["Session id"]] == [row["Session id"] for row in rows]
    assert {row["Session id"] for row in rows} == wanted
    assert len(rows) == len(wanted)


def test_a_statement_has_each_months_sums_what_was_rejected_and_every_session(client: FlaskClient, scene: Scene):
    first = scene.session(energy_wh=7_400, **COST)
    second = scene.session(energy_wh=1_000, at=START - timedelta(days=30), due_at=START - timedelta(days=30))
    scene.rejected()

    text = statement(client, scene)

    assert "Sessions from 21 Oct 2026 to 20 Nov 2026" in text
    assert "November 2026 2 1 7.400 kWh 1.23 GBP" in text
    assert "October 2026 1 0 1.000 kWh" in text
    assert "Total 3 1 8.400 kWh 1.23 GBP" in text
    assert "No price is known for 1.000 kWh of it." in text
    assert "Car not plugged in 1" in text
    assert first.reference in text
    assert second.reference in text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", ("November 2026 1 0 7,400 kWh 1,23 GBP", "20. Nov. 2026 11:05", "Seite 1")),
        ("fr", ("novembre 2026 1 0 7,400 kWh 1,23 GBP", "20 nov. 2026 11:05", "Page 1")),
        ("nl", ("november 2026 1 0 7,400 kWh 1,23 GBP", "20 nov 2026 11:05", "Pagina 1")),
    ],
)
def test_a_statement_is_as_its_reader_writes_days_and_numbers(
    client: FlaskClient, scene: Scene, language: str, words: tuple[str, ...]
):
    scene.session(energy_wh=7_400, **COST)
    scene.headers["Accept-Language"] = language

    text = statement(client, scene)

    assert [word for word in words if word not in text] == []


def test_the_columns_of_a_spreadsheet_are_the_same_in_every_language(client: FlaskClient, scene: Scene):
    scene.rejected()
    english = download(client, scene)
    scene.headers["Accept-Language"] = "de"

    [row] = download(client, scene)

    assert list(row) == list(english[0])
    assert english[0]["Reason"] != row["Reason"]
    assert row["Status"] == "rejected"


def test_a_statement_of_nothing_says_so(client: FlaskClient, scene: Scene):
    assert "No session matches." in statement(client, scene, kind="card")


def test_a_statement_writes_the_names_of_all_of_europe(client: FlaskClient, scene: Scene, database: Database):
    scene.session()
    with database.write() as db:
        db.execute(update(Location).values(name="Zürich €"))
        db.execute(update(Charger).values(name="Łódź Ђ Ω"))

    text = statement(client, scene)

    assert "Zürich €" in text
    assert "Łódź Ђ Ω" in text


@pytest.mark.parametrize("count", [21, 600])
def test_a_statement_that_would_be_too_long_is_refused(scene: Scene, database: Database, count: int):
    with database.write() as db:
        drawn = fill(db, [(scene.charger.id, scene.charger.location_id)], [None], count=count, span_s=500)
    kept = sum(each.status is not Status.PLANNED for each in drawn)

    def rows(most: int) -> int:
        with database.read() as db:
            return len(list_statement(db, Filters(), caller=scene.ada, language=DEFAULT, now=START, most=most))

    assert rows(kept) == kept
    with pytest.raises(TooManySessions) as refused:
        rows(kept - 1)
    assert refused.value.data == {"most": kept - 1}


def test_a_statement_waits_for_no_other_but_is_refused_while_two_are_made_or_one_for_this_person(
    client: FlaskClient, scene: Scene, context: WebContext
):
    def ask(form: str) -> tuple[int, str | None]:
        answer = client.get(PATH, headers=scene.headers, query_string={"format": form})
        return answer.status_code, answer.headers.get("Retry-After")

    made = context.statements.taken_by
    with made("somebody"):
        beside_one = ask("pdf")
        with made("somebody else"):
            beside_two = client.get(PATH, headers=scene.headers, query_string={"format": "pdf"})
            as_csv = ask("csv")
    with made(scene.ada.account_id):
        beside_ones_own = ask("pdf")

    assert (beside_one, as_csv, beside_ones_own) == ((200, None), (200, None), (429, "5"))
    assert (beside_two.status_code, beside_two.get_json()["code"]) == (429, "too_many_statements")
    assert ask("pdf") == (200, None)


def test_one_that_fails_gives_its_place_back(scene: Scene, context: WebContext):
    for _ in range(3):
        with pytest.raises(TooManySessions), context.statements.taken_by(scene.ada.account_id):
            raise TooManySessions

    with context.statements.taken_by(scene.ada.account_id):
        pass


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"format": "xls"},
        {"format": "csv", "cursor": "no"},
        {"format": "csv", "kind": "x"},
        {"format": "csv", "separator": "tab"},
    ],
)
def test_what_it_cannot_be_is_refused(client: FlaskClient, scene: Scene, query: dict[str, Any]):
    answer = client.get(PATH, headers=scene.headers, query_string=query)

    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid")


def test_a_stranger_gets_nothing_of_it(client: FlaskClient, scene: Scene, sign_in: SignIn):
    scene.session()
    answer = client.get(PATH, headers=sign_in(), query_string={"format": "csv"})

    assert len(answer.get_data().decode().splitlines()) == 1
