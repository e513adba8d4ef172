"""What operators say of cards that cannot be right is refused, with its field named; on one database."""

import pytest
from flask.testing import FlaskClient

from homecharge.domain.accounts import Role
from tests.web.conftest import SignIn
from tests.web.homes import HOME, Headers, id_of
from tests.web.operator_cards.conftest import CLOSED, PROVIDER, TOKEN, Json

NOBODY = "00000000-0000-7000-8000-000000000001"
CARDS = {"type": "token", "contract_ids": ["GB-ABC-C12345678-X"]}
UNIT = {"type": "organisation_unit", "code": "Fleet North"}
VAN = {"uid": "04a1b2c3d4", "name": "Van 7"}
PROVIDERS: list[tuple[Json, str]] = [
    ({"country_code": "gb"}, "country_code"),
    ({"country_code": "XX"}, "country_code"),
    ({"party_id": "abc"}, "party_id"),
    ({"party_id": "ABCD"}, "party_id"),
    ({"party_id": "ABC\n"}, "party_id"),
    ({"live_timeout_s": 0}, "live_timeout_s"),
    ({"live_timeout_s": 19}, "live_timeout_s"),
    ({"live_url": "ftp://ocpi.example"}, "live_url"),
    ({"live_url": "https://me:secret@ocpi.example"}, "live_url"),
    ({"live_url": "https://ocpi.example/?a=b"}, "live_url"),
    ({"live_url": "http://127.0.0.1:8080"}, "live_url"),
    ({"live_url": "http://[::1]/ocpi"}, "live_url"),
    ({"live_token": "two words"}, "live_token"),
    ({"support": {"url": "javascript:alert(1)"}}, "support.url"),
]
TOKENS: list[tuple[Json, str]] = [
    ({"uid": "   "}, "uid"),
    ({"uid": "04 A1"}, "uid"),
    ({"uid": "x" * 37}, "uid"),
    ({"uid": "ü"}, "uid"),
    ({"contract_id": " - "}, "contract_id"),
    ({"provider_id": NOBODY}, "provider_id"),
    ({"type": "rfid"}, "type"),
    ({"whitelist": "SOMETIMES"}, "whitelist"),
    ({"organisation_unit": "x" * 51}, "organisation_unit"),
]
GROUPS: list[tuple[Json, str]] = [
    ({"location_ids": [NOBODY]}, "location_ids.0"),
    ({"charger_ids": [NOBODY]}, "charger_ids.0"),
    ({"tokens": [VAN, VAN | {"uid": " 04A1B2C3D4"}]}, "tokens.1.uid"),
    ({"tokens": [{"uid": "", "name": "Van"}]}, "tokens.0.uid"),
]
REIMBURSEMENTS: list[tuple[Json, str]] = [
    ({"type": "token"}, "contract_ids"),
    ({"type": "token", "uids": []}, "contract_ids"),
    ({"type": "token", "uids": ["04"], "code": "Fleet"}, "code"),
    ({"type": "organisation_unit"}, "code"),
    (UNIT | {"uids": ["04"]}, "uids"),
    ({"type": "everything"}, "type"),
    (CARDS | {"contract_ids": ["--"]}, "contract_ids.0"),
    (CARDS | {"external_url": "javascript:alert(1)"}, "external_url"),
]


@pytest.fixture
def operator(sign_in: SignIn) -> Headers:
    return sign_in(Role.OPERATOR)


@pytest.mark.parametrize(
    ("path", "right", "other", "cases"),
    [
        ("/v1/operator/providers", PROVIDER, {"party_id": "XYZ"}, PROVIDERS),
        ("/v1/operator/tokens", TOKEN, {"uid": "OTHER"}, TOKENS),
    ],
    ids=["providers", "tokens"],
)
def test_what_cannot_be_right_is_named_when_it_is_made_and_when_it_is_changed(
    client: FlaskClient, operator: Headers, path: str, right: Json, other: Json, cases: list[tuple[Json, str]]
):
    there = client.post(path, json=right | other, headers=operator).headers["Location"]

    for wrong, field in cases:
        made = client.post(path, json=right | wrong, headers=operator)
        changed = client.patch(there, json=wrong, headers=operator)
        for refused in (made, changed):
            assert (refused.status_code, list(refused.get_json(force=True)["errors"])) == (422, [field]), wrong
    assert len(client.get(path, headers=operator).get_json()["items"]) == 1


def test_a_group_names_what_is_unknown_or_there_twice(client: FlaskClient, operator: Headers):
    for wrong, field in GROUPS:
        refused = client.post("/v1/operator/token-groups", json={"name": "Depot"} | wrong, headers=operator)
        assert (refused.status_code, list(refused.get_json(force=True)["errors"])) == (422, [field]), wrong
    assert client.get("/v1/operator/token-groups", headers=operator).get_json()["items"] == []


def test_a_location_names_cards_as_the_type_of_its_reimbursement_does(
    client: FlaskClient, operator: Headers, sign_in: SignIn
):
    home = id_of(client.post("/v1/locations", json=HOME, headers=sign_in()).headers["Location"])

    for wrong, field in REIMBURSEMENTS:
        body = CLOSED | {"reimbursement": wrong}
        refused = client.put(f"/v1/operator/locations/{home}/access", json=body, headers=operator)
        named = list(refused.get_json(force=True)["errors"])
        assert (refused.status_code, named) == (422, [f"reimbursement.{field}"]), wrong
