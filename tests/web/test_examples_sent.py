"""The bodies of the documentation are right: sent to a home like that of the examples, they do what they say."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from homecharge.domain.accounts import Role
from homecharge.web import household
from homecharge.web.openapi import document, operations
from tests.web.conftest import SignIn

LAST = {
    "PUT /v1/locations/{location_id}/tariff",  # none at all
    "PUT /v1/operator/locations/{location_id}/access",  # roaming is off
    "POST /v1/auth/password/change",
    "POST /v1/locations/{location_id}/transfer",
}
"""What takes away what others need."""
REFUSED = {
    **dict.fromkeys(["POST /v1/auth/password/reset", "POST /v1/auth/email/verify"], "link_not_valid"),
    **dict.fromkeys(
        [
            "POST /v1/chargers/{charger_id}/unlock-cable",
            "POST /v1/chargers/{charger_id}/card-pairing",
            "POST /v1/operator/chargers/{charger_id}/commands",
        ],
        "charger_offline",
    ),
    "POST /v1/auth/register": "email_taken",
    "POST /v1/chargers": "identity_taken",
    "POST /v1/locations/{location_id}/cards": "card_exists",
    "POST /v1/operator/providers": "provider_exists",
    "POST /v1/operator/tokens": "uid_taken",
    "POST /v1/operator/token-groups/{group_id}/tokens": "uid_taken",
    "POST /v1/notifications/read": "invalid",
}
"""There is such a one already, the charger has never connected, and nobody was mailed or told anything."""


class Household:
    """A home made with the examples; their ids become its own."""

    def __init__(self, app: Flask, client: FlaskClient, sign_in: SignIn) -> None:
        self.client = client
        self.own: dict[str, str] = {}
        self.of_kind: dict[str, dict[str, str]] = {}
        """What was made with an example of this name: its id, by the parameter that takes it."""
        self.operator = sign_in(Role.OPERATOR)
        self.bodies = {f"{each.method} {path}": each.bodies for path, _, each in operations(app)}
        self.headers: dict[str, str] = {}

    def own_of(self, value: object) -> object:
        if isinstance(value, dict):
            return {name: self.own_of(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.own_of(inner) for inner in value]
        return self.own.get(value, value) if isinstance(value, str) else value

    def send(self, name: str, body: object, *, kind: str = "", headers: dict[str, str] | None = None) -> TestResponse:
        method, path = name.split(" ")
        for parameter, value in self.of_kind.get(kind, {}).items():
            path = path.replace(f"{{{parameter}}}", value)
        for parameter, value in household.FACTS.items():
            path = path.replace(f"{{{parameter}}}", str(self.own.get(value, value)) if isinstance(value, str) else "")
        return self.client.open(
            path,
            method=method,
            json=self.own_of(body),
            headers=headers or (self.operator if path.startswith("/v1/operator") else self.headers),
        )

    def make(self, name: str, kind: str = "", **ids: str) -> dict[str, Any]:
        """Send an example; `ids`: which of the examples' values each member of the answer is from now on."""
        bodies = self.bodies[name]
        answer = self.send(name, bodies[kind] if kind else next(iter(bodies.values())))
        assert answer.status_code < 300, f"{name}: {answer.text}"
        made: dict[str, Any] = answer.get_json() or {}
        for member, known in ids.items():
            self.own[known] = made[member]
        return made


@pytest.fixture
def home(app: Flask, client: FlaskClient, sign_in: SignIn) -> Household:
    home = Household(app, client, sign_in)
    home.make("POST /v1/auth/register", id=household.ADA)
    tokens = home.make("POST /v1/auth/login", refresh_token=household.REFRESH_TOKEN)
    home.headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    home.make("POST /v1/locations", id=household.HOME)
    home.make("POST /v1/chargers", id=household.CHARGER)
    home.make("POST /v1/locations/{location_id}/vehicles", id=household.VEHICLE)
    home.make("POST /v1/tariffs", id=household.TARIFF)
    for kind in ("flat", "dynamic"):
        home.of_kind[kind] = {"tariff_id": home.make("POST /v1/tariffs", kind)["id"]}
    home.make("PUT /v1/locations/{location_id}/tariff")
    home.make("POST /v1/locations/{location_id}/cards", id=household.CARD)
    home.make("POST /v1/chargers/{charger_id}/schedules", id=household.SCHEDULE)
    smart = home.make("POST /v1/chargers/{charger_id}/schedules", "smart")
    home.of_kind["smart"] = {"schedule_id": smart["id"]}
    home.own[household.OCCURRENCE] = smart["occurrences"][0]["id"]
    home.make("POST /v1/chargers/{charger_id}/boost", id=household.SESSION)
    code = home.make("POST /v1/locations/{location_id}/join-code")["code"]
    home.own[household.FACTS["code"]] = code
    grace = sign_in()
    joined = home.send("POST /v1/locations/join", {"code": code}, headers=grace)
    assert joined.status_code == 200, joined.text
    home.own[household.GRACE] = home.client.get("/v1/me", headers=grace).get_json()["id"]
    home.make("POST /v1/operator/providers", id=household.PROVIDER)
    home.make("POST /v1/operator/tokens", id=household.TOKEN)
    home.make("POST /v1/operator/token-groups", id=household.GROUP)
    home.make("PUT /v1/operator/locations/{location_id}/access")
    return home


def test_every_body_of_the_documentation_does_what_it_says(app: Flask, home: Household) -> None:
    described = document(app)["paths"]
    refused = {}

    for name, bodies in sorted(home.bodies.items(), key=lambda each: each[0] in LAST):
        for kind, body in bodies.items():
            answer = home.send(name, body, kind="dynamic" if "/rates" in name else kind)
            method, path = name.split(" ")
            responses = described[path][method.lower()]["responses"]
            assert str(answer.status_code) in responses, f"{name} {kind}: {answer.text}"
            if answer.status_code >= 300:
                refused[name] = answer.get_json(force=True)["code"]
                told = responses[str(answer.status_code)]["content"]["application/problem+json"]["examples"]
                assert refused[name] in told, f"{name} {kind}: {answer.text}"

    assert refused == REFUSED
