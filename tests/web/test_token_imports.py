"""Files of tokens over HTTP."""

import pytest
from flask.testing import FlaskClient

from homecharge.domain.accounts import Role
from homecharge.web.bodies import LARGEST_BODY, LARGEST_FILE
from tests.web.conftest import SignIn
from tests.web.homes import Headers
from tests.web.operator_cards.conftest import PROVIDER

PATH = "/v1/operator/tokens/import"
CARD = {"country_code": "GB", "party_id": "ABC", "uid": "04A1", "contract_id": "GB-ABC-C1", "type": "RFID"}
OCPI = {"data": [CARD | {"valid": True, "whitelist": "ALLOWED"}], "status_code": 1000}


@pytest.fixture
def operator(client: FlaskClient, sign_in: SignIn) -> Headers:
    headers = sign_in(Role.OPERATOR)
    client.post("/v1/operator/providers", json=PROVIDER, headers=headers)
    return headers


def send(client: FlaskClient, headers: Headers, text: str, *, query: str = "", media_type: str = "text/csv"):
    return client.post(f"{PATH}{query}", data=text, content_type=media_type, headers=headers)


def test_a_file_is_taken_over_as_csv_and_as_the_json_of_ocpi(client: FlaskClient, operator: Headers):
    first = send(client, operator, "uid\n04A1\n04A2\n", query="?provider=GB-ABC")

    second = client.post(PATH, json=OCPI, headers=operator)

    shown = client.get("/v1/operator/tokens?uid=04a1", headers=operator).get_json()["items"][0]
    assert (first.status_code, first.get_json()) == (200, {"added": 2, "updated": 0, "unchanged": 0})
    assert (second.status_code, second.get_json()) == (200, {"added": 0, "updated": 1, "unchanged": 0})
    assert (shown["contract_id"], shown["provider"]["party_id"]) == ("GB-ABC-C1", "ABC")


def test_of_a_file_with_bad_lines_nothing_is_taken(client: FlaskClient, operator: Headers):
    refused = send(client, operator, "uid,organisation_unit\n04A1,\n04 A2,\n04A3,a\x00b\n")

    problem = refused.get_json(force=True)
    assert (refused.status_code, problem["code"], problem["bad_lines"]) == (422, "bad_lines", 2)
    assert list(problem["errors"]) == ["line 3.uid", "line 4.organisation_unit"]
    assert client.get("/v1/operator/tokens", headers=operator).get_json()["items"] == []


def test_a_file_may_be_larger_than_any_other_body_up_to_a_limit(client: FlaskClient, operator: Headers):
    padding = "," + "x" * 1000 + "\n"
    large = "uid,remark\n" + "".join(f"{number}{padding}" for number in range(LARGEST_BODY // 1000 + 1))

    assert send(client, operator, large).status_code == 200
    assert send(client, operator, "x" * (LARGEST_FILE + 1)).status_code == 413


@pytest.mark.parametrize(
    ("query", "media_type", "status"),
    [("?provider=DE-XYZ", "text/csv", 422), ("?nobody=knows", "text/csv", 422), ("", "text/plain", 415)],
)
def test_what_comes_with_a_file_is_checked(
    client: FlaskClient, operator: Headers, query: str, media_type: str, status: int
):
    assert send(client, operator, "uid\n04A1\n", query=query, media_type=media_type).status_code == status


def test_support_takes_over_nothing(client: FlaskClient, sign_in: SignIn):
    assert send(client, sign_in(Role.SUPPORT), "uid\n04A1\n").status_code == 403
