"""The language of an answer: what is asked for, else the driver's own; and the answer says which it is."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from homecharge.domain.accounts import Caller, Role
from homecharge.domain.rejections import Code, Evidence, Rejection, stored
from homecharge.domain.session_state import Status
from homecharge.storage.database import Database
from homecharge.storage.models import Account
from tests.homes import make_charger, make_home, make_session
from tests.web.conftest import START, SignIn

Headers = dict[str, str]
NIGHTLY = {
    "kind": "manual",
    "on": {"weekdays": ["mon", "tue"]},
    "start_time": "00:30",
    "end_time": "05:30",
    "limit": {"kind": "energy", "energy_wh": 12_500},
}
WAITING = timedelta(hours=2)
PLUGGED_OUT = Rejection(
    code=Code.CAR_UNPLUGGED,
    params={"since": START - WAITING},
    evidence=(Evidence(at=START, fact="connector_status", value="available", source="charger"),),
)


@pytest.fixture
def ada(sign_in: SignIn) -> Headers:
    return sign_in()


@pytest.fixture
def charger(client: FlaskClient, database: Database, ada: Headers) -> str:
    """Ada's, in London."""
    with database.write() as db:
        account = db.execute(select(Account.id, Account.name)).one()
        caller = Caller(
            account_id=account.id, name=account.name, locale="en", role=Role.DRIVER, family_id="x", device="phone"
        )
        charger = make_charger(db, caller, make_home(db, caller))
        make_session(
            db,
            charger,
            caller,
            status=Status.REJECTED,
            wake_at=None,
            reason="car_unplugged",
            rejection=stored((PLUGGED_OUT,)),
            ended_at=START,
            last_feasible_start=START + timedelta(hours=1),
            window_end=START + timedelta(hours=1, minutes=15),
            open_until=START + timedelta(hours=1),
        )
    return charger.id


def rejection(client: FlaskClient, headers: Headers) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/v1/sessions", headers=headers).get_json()["items"][0]["rejection"]
    return found


@pytest.mark.usefixtures("charger")
@pytest.mark.parametrize(
    ("language", "headline", "detail", "advice", "evidence"),
    [
        (
            "en",
            "Rejected: car not plugged in",
            "The car has not been plugged in since 09:05.",
            "Plug in before 12:05 and it will still charge until 12:20.",
            "The connector said “available”",
        ),
        (
            "de",
            "Abgelehnt: Auto nicht angeschlossen",
            "Das Auto ist seit 09:05 Uhr nicht angeschlossen.",
            "Schließen Sie das Auto vor 12:05 Uhr an, dann lädt es noch bis 12:20 Uhr.",
            "Der Anschluss meldete „frei“",
        ),
        (
            "fr",
            "Refusée\N{NO-BREAK SPACE}: voiture non branchée",
            "La voiture n’est plus branchée depuis 09:05.",
            "Branchez la voiture avant 12:05 et elle se rechargera encore jusqu’à 12:20.",
            "Le connecteur a indiqué «\N{NO-BREAK SPACE}libre\N{NO-BREAK SPACE}»",
        ),
        (
            "nl",
            "Afgewezen: auto niet aangesloten",
            "De auto is sinds 09:05 niet aangesloten.",
            "Sluit de auto vóór 12:05 aan, dan laadt hij nog tot 12:20.",
            "De aansluiting meldde “vrij”",
        ),
    ],
)
def test_a_rejection_is_explained_in_the_language_that_is_asked_for(
    client: FlaskClient, ada: Headers, language: str, headline: str, detail: str, advice: str, evidence: str
):
    shown = rejection(client, ada | {"Accept-Language": language})

    assert (shown["headline"], shown["detail"], shown["advice"]) == (headline, detail, advice)
    assert [fact["text"] for fact in shown["evidence"]] == [evidence]


@pytest.mark.parametrize(
    ("language", "summary"),
    [
        ("en", "Mon, Tue from 00:30 to 05:30, up to 12.5 kWh"),
        ("de", "Mo, Di von 00:30 bis 05:30 Uhr, höchstens 12,5 kWh"),
        ("fr", "Lun, Mar de 00:30 à 05:30, jusqu’à 12,5 kWh"),
        ("nl", "Ma, Di van 00:30 tot 05:30, hooguit 12,5 kWh"),
    ],
)
def test_a_schedule_is_summed_up_with_the_numbers_and_days_of_its_reader(
    client: FlaskClient, ada: Headers, charger: str, language: str, summary: str
):
    headers = ada | {"Accept-Language": language}

    made = client.post(f"/v1/chargers/{charger}/schedules", json=NIGHTLY, headers=headers)

    assert (made.status_code, made.get_json()["summary"]) == (201, summary)
    assert (made.headers["Content-Language"], made.headers["Vary"]) == (language, "Accept-Language")


@pytest.mark.parametrize(
    ("accepted", "locale", "language"),
    [
        (None, "en-GB", "en"),
        (None, "de-AT", "de"),
        (None, "xx", "en"),
        ("nl", "de", "nl"),
        ("fr-CA, en;q=0.5", "de", "fr"),
        ("en;q=0.5, fr;q=0.7", "de", "fr"),
        ("xx, fr;q=0", "de", "de"),
        ("*", "de", "de"),
        ("xx, *;q=0.5", "nl-BE", "nl"),
        ("en-US,en;q=0.9,de;q=0.8", "de", "en"),
    ],
)
def test_what_is_accepted_counts_before_the_drivers_locale(
    client: FlaskClient, database: Database, ada: Headers, accepted: str | None, locale: str, language: str
):
    with database.write() as db:
        db.execute(update(Account).values(locale=locale))

    answer = client.get("/v1/sessions", headers=ada | ({"Accept-Language": accepted} if accepted else {}))

    assert (answer.headers["Content-Language"], answer.headers["Vary"]) == (language, "Accept-Language")


def test_the_catalogue_of_reasons_is_public_in_every_language(client: FlaskClient):
    answers = [client.get("/v1/rejection-reasons", headers={"Accept-Language": tag}) for tag in ("de", "fr", "nl")]

    titles = [answer.get_json()["items"][2]["title"] for answer in answers]
    assert titles == ["Wallbox offline", "Borne hors ligne", "Laadpunt offline"]
    assert [answer.headers["Content-Language"] for answer in answers] == ["de", "fr", "nl"]


def test_an_answer_without_words_has_no_language(client: FlaskClient, ada: Headers):
    answer = client.get("/v1/me", headers=ada | {"Accept-Language": "de"})

    assert (answer.status_code, answer.headers.get("Content-Language"), answer.headers.get("Vary")) == (200, None, None)


def test_a_problem_is_told_in_english(client: FlaskClient, ada: Headers):
    answer = client.get("/v1/sessions/AAAA-AAAA", headers=ada | {"Accept-Language": "de"})

    assert (answer.status_code, answer.headers["Content-Language"]) == (404, "en")


def test_what_is_known_in_one_language_is_sent_again_in_another(client: FlaskClient, ada: Headers, charger: str):
    made = client.post(f"/v1/chargers/{charger}/schedules", json=NIGHTLY, headers=ada)
    path, german = made.headers["Location"], ada | {"Accept-Language": "de"}
    etags = [client.get(path, headers=headers).headers["ETag"] for headers in (ada, german)]

    asked = [client.get(path, headers=german | {"If-None-Match": etag}) for etag in etags]

    assert etags == ['"1"', '"1-de"']
    assert [answer.status_code for answer in asked] == [200, 304]
    assert [answer.headers["Vary"] for answer in asked] == ["Accept-Language"] * 2


def test_a_change_may_name_the_revision_in_whatever_language_it_was_read(
    client: FlaskClient, ada: Headers, charger: str
):
    path = client.post(f"/v1/chargers/{charger}/schedules", json=NIGHTLY, headers=ada).headers["Location"]
    german = ada | {"Accept-Language": "de"}

    changed = client.patch(path, json={"name": "Nacht"}, headers=german | {"If-Match": '"1-de"'})
    stale = client.patch(path, json={"name": "Abend"}, headers=ada | {"If-Match": '"1-de"'})

    assert (changed.status_code, changed.headers["ETag"], stale.status_code) == (200, '"2-de"', 412)


def test_a_repeated_post_is_told_the_same_in_the_language_of_the_first(client: FlaskClient, ada: Headers, charger: str):
    path, key = f"/v1/chargers/{charger}/schedules", {"Idempotency-Key": "one"}

    first = client.post(path, json=NIGHTLY, headers=ada | key | {"Accept-Language": "de"})
    again = client.post(path, json=NIGHTLY, headers=ada | key | {"Accept-Language": "fr"})

    assert again.get_json() == first.get_json()
    assert [answer.headers["Content-Language"] for answer in (first, again)] == ["de", "de"]
    assert again.headers["Vary"] == "Accept-Language"
