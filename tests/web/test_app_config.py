"""What an app asks before anybody has signed in."""

import dataclasses

from flask.testing import FlaskClient

from homecharge.web.app import create_app
from homecharge.web.context import WebContext


def test_an_installation_that_sets_nothing_has_no_contacts(client: FlaskClient):
    response = client.get("/v1/app-config")

    assert response.get_json() == {
        "oldest_app_version": "0",
        "support": {"email": None, "phone": None, "url": None},
        "links": {"app": "homecharge://app", "help": None, "terms": None, "privacy": None},
        "languages": ["en", "de", "fr", "nl"],
    }


def test_an_app_is_told_what_is_set_and_only_once(context: WebContext):
    told = {
        "app_oldest_version": "2.4.1",
        "support_email": "help@example.org",
        "support_phone": "+44 20 7946 0018",
        "support_url": "https://example.org/support",
        "help_url": "https://example.org/help",
        "terms_url": "https://example.org/terms",
        "privacy_url": "https://example.org/privacy",
    }
    settings = dataclasses.replace(context.settings, **told)  # type: ignore[arg-type]  # they are texts
    client = create_app(dataclasses.replace(context, settings=settings)).test_client()

    response = client.get("/v1/app-config")
    known = client.get("/v1/app-config", headers={"If-None-Match": response.headers["ETag"]})

    document = response.get_json()
    assert document["oldest_app_version"] == "2.4.1"
    assert document["support"] == {name: told[f"support_{name}"] for name in ("email", "phone", "url")}
    assert document["links"].items() >= {name: told[f"{name}_url"] for name in ("help", "terms", "privacy")}.items()
    assert known.status_code == 304
