"""The description is current, complete, and the same every time."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from homecharge.web.app import create_app
from homecharge.web.context import WebContext
from homecharge.web.openapi import document, render


@pytest.fixture
def described(app: Flask) -> dict[str, Any]:
    return document(app)


def operations(described: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            if method != "parameters":
                yield f"{method.upper()} {path}", operation


def references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(reference := value.get("$ref"), str):
            yield reference
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_every_application_describes_itself_the_same(app: Flask, context: WebContext) -> None:
    assert render(create_app(context)) == render(app)


def test_every_operation_has_words_and_an_id_of_its_own(described: dict[str, Any]) -> None:
    ids = [operation["operationId"] for _, operation in operations(described)]

    assert [name for name, operation in operations(described) if not operation.get("summary")] == []
    assert len(set(ids)) == len(ids)


def test_every_operation_below_v1_is_described(app: Flask, described: dict[str, Any]) -> None:
    served = {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/v1/")
    }

    assert len(list(operations(described))) == len(served)


def resolved(described: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    """What a reference leads to; anything else is itself."""
    place = described if "$ref" in value else value
    for step in value.get("$ref", "#/").removeprefix("#/").split("/"):
        place = place[step] if step else place
    return place


def test_every_reference_leads_somewhere(described: dict[str, Any]) -> None:
    for reference in references(described):
        assert resolved(described, {"$ref": reference}), reference


def test_a_body_may_be_refused_unread_and_that_is_said(described: dict[str, Any]) -> None:
    for name, operation in operations(described):
        unread = {"400", "413", "415"} & operation["responses"].keys()

        assert len(unread) == 3 or "requestBody" not in operation, name


def test_a_body_whose_fields_may_all_be_left_out_may_be_left_out_itself(described: dict[str, Any]) -> None:
    changes = described["paths"]["/v1/me"]["patch"]["requestBody"]
    registration = described["paths"]["/v1/auth/register"]["post"]["requestBody"]

    assert (changes["required"], registration["required"]) == (False, True)


def test_answers_come_with_the_headers_that_go_with_their_status(described: dict[str, Any]) -> None:
    wanted = {"401": "WWW-Authenticate", "429": "Retry-After", "304": "ETag"}

    for name, operation in operations(described):
        for status, header in wanted.items():
            answer = operation["responses"].get(status)
            assert answer is None or header in answer["headers"], f"{name}: {status}"


def test_bodies_are_closed_and_answers_open_to_additions(described: dict[str, Any]) -> None:
    closed = {
        name
        for name, schema in described["components"]["schemas"].items()
        if all("additionalProperties" in each for each in schema.get("oneOf", [schema]))
    }

    assert {"BoostBody", "LimitBody", "ScheduleChanges"} <= closed
    assert closed.isdisjoint({"Charger", "OneSession", "Limit", "Schedule"})


def test_what_needs_a_token_says_so(described: dict[str, Any]) -> None:
    for name, operation in operations(described):
        needs_token = operation["security"] == [{"bearer": []}]

        assert ("401" in operation["responses"]) or not needs_token, name


def test_every_error_is_described_as_a_problem(described: dict[str, Any]) -> None:
    for name, operation in operations(described):
        errors = {code: resolved(described, answer) for code, answer in operation["responses"].items() if code >= "400"}

        assert "default" in errors, name
        assert all(set(answer["content"]) == {"application/problem+json"} for answer in errors.values()), name


def test_the_description_is_served_and_known_by_its_etag(client: FlaskClient) -> None:
    first = client.get("/openapi.json")

    again = client.get("/openapi.json", headers={"If-None-Match": first.headers["ETag"]})

    assert first.get_json()["openapi"] == "3.1.0"
    assert (again.status_code, again.data) == (304, b"")


def test_a_secret_may_be_missing_for_a_replay_leaves_it_out(described: dict[str, Any]) -> None:
    schemas = described["components"]["schemas"]

    secrets = {
        f"{name}.{field}": field in schema["required"]
        for name, schema in schemas.items()
        for field, shape in schema.get("properties", {}).items()
        if shape.get("x-secret")
    }

    assert secrets == {
        "NewWebhook.secret": False,
        "OcppAccess.password": False,
        "Tokens.access_token": False,
        "Tokens.refresh_token": False,
    }


def test_bodies_of_several_kinds_are_told_apart(described: dict[str, Any]) -> None:
    [flat, time_of_use, dynamic] = described["components"]["schemas"]["TariffBody"]["oneOf"]
    [once, weekly] = described["components"]["schemas"]["OnBody"]["oneOf"]

    assert flat["properties"]["kind"] == {"type": "string", "const": "flat"}
    assert flat["required"] == ["name", "currency", "rate", "kind"]
    assert flat["properties"]["feed_url"] == {"type": "null"}
    assert flat["properties"]["periods"] == {"type": ["array", "null"], "maxItems": 0}
    periods = time_of_use["properties"]["periods"]
    assert (periods["type"], periods["minItems"]) == ("array", 1)
    assert dynamic["required"] == ["name", "currency", "kind"]
    assert (once["required"], weekly["required"]) == (["date"], ["weekdays"])
    assert once["properties"].keys() == {"date"}


def links(described: dict[str, Any], method: str, path: str, status: str) -> dict[str, dict[str, str]]:
    answer = described["paths"][path][method]["responses"][status]
    return {link["operationId"]: link["parameters"] for link in answer["links"].values()}


def test_what_was_made_leads_to_all_that_can_be_done_with_it(described: dict[str, Any]) -> None:
    made = links(described, "post", "/v1/locations/{location_id}/cards", "201")
    webhook = links(described, "post", "/v1/me/webhooks", "201")

    assert made.keys() == {"cards_get_card", "cards_change_card", "cards_remove_card"}
    assert made["cards_get_card"] == {"location_id": "$request.path.location_id", "card_id": "$response.body#/id"}
    assert webhook == {"notifications_remove_webhook": {"webhook_id": "$response.body#/id"}}


def test_what_was_begun_leads_to_where_it_is_followed(described: dict[str, Any]) -> None:
    restarted = links(described, "post", "/v1/chargers/{charger_id}/restart", "202")
    boosted = links(described, "post", "/v1/chargers/{charger_id}/boost", "202")
    started = links(described, "post", "/v1/operator/chargers/{charger_id}/partner-start", "202")

    assert restarted.keys() == {"home_commands_get_command"}
    assert {"sessions_get_session", "sessions_stop_session"} <= boosted.keys()
    assert started == {"support_get_story": {"session": "$response.body#/id"}}


def test_a_list_leads_to_its_first_item_and_to_the_next_page(described: dict[str, Any]) -> None:
    assert links(described, "get", "/v1/chargers/{charger_id}/schedules", "200") == {
        "schedules_get_schedule": {"schedule_id": "$response.body#/items/0/id"},
        "schedules_list_schedules": {
            "charger_id": "$request.path.charger_id",
            "cursor": "$response.body#/next_cursor",
        },
    }


def test_a_schedule_leads_to_its_next_occurrence_and_a_code_to_what_it_opens(described: dict[str, Any]) -> None:
    schedule = links(described, "post", "/v1/chargers/{charger_id}/schedules", "201")
    code = links(described, "post", "/v1/locations/{location_id}/join-code", "201")

    assert schedule["occurrences_skip"] == {"occurrence_id": "$response.body#/occurrences/0/id"}
    assert code == {"joining_preview": {"code": "$response.body#/code"}}


def test_every_link_leads_to_an_operation_and_gives_it_parameters_that_it_has(described: dict[str, Any]) -> None:
    by_id = {operation["operationId"]: (name, operation) for name, operation in operations(described)}

    for name, operation in operations(described):
        for answer in operation["responses"].values():
            for link in answer.get("links", {}).values():
                target, _ = by_id[link["operationId"]]
                wanted = set(re.findall(r"{(.*?)}", target))
                assert wanted <= link["parameters"].keys() <= wanted | {"cursor"}, f"{name} -> {target}"


def test_the_target_of_a_manual_schedule_is_null(described: dict[str, Any]) -> None:
    manual, smart = described["components"]["schemas"]["Schedule"]["oneOf"]

    assert manual["properties"]["target"] == {"type": "null"}
    assert smart["properties"]["target"]["$ref"] == "#/components/schemas/Target"


def test_a_stream_is_described_by_its_events(described: dict[str, Any]) -> None:
    answer = described["paths"]["/v1/events"]["get"]["responses"]["200"]

    event = answer["content"]["text/event-stream"]["schema"]
    assert event["properties"]["event"]["enum"][:3] == ["ready", "reset", "session.changed"]
