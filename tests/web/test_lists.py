"""Lists are pages of whole resources with an opaque cursor."""

import pytest
from flask.testing import FlaskClient

from tests.web.conftest import SignIn


def test_following_the_cursor_shows_everything_once(thing_client: FlaskClient, sign_in: SignIn) -> None:
    headers = sign_in()
    for number in range(5):
        thing_client.post("/v1/things", json={"name": f"thing {number}"}, headers=headers)

    seen, cursor = [], ""
    for _ in range(3):
        page = thing_client.get(f"/v1/things?limit=2{cursor}", headers=headers).get_json()
        seen.append([item["name"] for item in page["items"]])
        cursor = f"&cursor={page['next_cursor']}"

    assert seen == [["thing 4", "thing 3"], ["thing 2", "thing 1"], ["thing 0"]]
    assert page["next_cursor"] is None


@pytest.mark.parametrize("limit", ["1", "200"])
def test_a_page_has_1_to_200_items(thing_client: FlaskClient, sign_in: SignIn, limit: str) -> None:
    assert thing_client.get(f"/v1/things?limit={limit}", headers=sign_in()).status_code == 200


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=many", "limit"),
        ("cursor=garbage", "cursor"),
        ("cursor=", "cursor"),
        ("cursor=MTc5NTE3NTI1NQ", "cursor"),
        ("cursor=OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5LjE", "cursor"),
        ("cursor=%C3%BC", "cursor"),
        ("unknown=1", "unknown"),
        ("cursor=%00", "cursor"),
    ],
)
def test_a_wrong_query_has_its_parameter_named(
    thing_client: FlaskClient, sign_in: SignIn, query: str, field: str
) -> None:
    response = thing_client.get(f"/v1/things?{query}", headers=sign_in())

    assert response.status_code == 422
    assert set(response.get_json(force=True)["errors"]) == {field}
