"""Every code that an app may be answered is in docs/errors.md, with its status and what to do."""

from collections.abc import Iterator

from flask import Flask
from werkzeug.exceptions import default_exceptions

from homecharge.domain.errors import HomechargeError, Refused, TooMany, Unavailable
from homecharge.engine.cards import LineReplaced
from homecharge.ports.tariff_feed import FeedUnavailable
from homecharge.services.idempotency import ClaimLost
from homecharge.storage.database import DatabaseUnavailable, InvariantBroken
from homecharge.storage.schema import SchemaOutdated
from homecharge.web.console.login_routes import NotStaff
from homecharge.web.console.logins import ForeignForm
from homecharge.web.error_page import answered_kinds, entries, render
from homecharge.web.errors import problem_of_http
from homecharge.web.openapi import refusals

OF_THE_CONTRACT = {
    *("token_missing", "token_expired", "token_revoked", "bad_credentials", "role_insufficient", "not_found", "stale"),
    *("idempotency_conflict", "idempotency_in_progress", "not_empty", "identity_taken", "session_in_progress"),
    *("charge_now_enabled", "in_the_past", "no_tariff", "charger_offline", "not_delayed", "in_use", "A40", "A60"),
}
"""The codes that api.md names."""
NEVER_ANSWERED = {
    FeedUnavailable,  # kept with the tariff
    ForeignForm,  # a page of the console
    LineReplaced,  # told to chargers
    NotStaff,  # a page of the console
    Refused,  # only what refines it is raised
    SchemaOutdated,  # keeps a process from starting
    TooMany,  # only what refines it is raised
    Unavailable,  # the same
}
ANY_REQUEST = {ClaimLost, DatabaseUnavailable, InvariantBroken}


def own_kinds(kind: type[HomechargeError] = HomechargeError) -> Iterator[type[HomechargeError]]:
    """Everything deliberate that the project raises and that has a code of its own."""
    for each in kind.__subclasses__():
        if "code" in vars(each) and each.__module__.startswith("homecharge."):
            yield each
        yield from own_kinds(each)


def test_every_error_with_a_code_of_its_own_says_what_an_app_does(app: Flask) -> None:
    assert set(own_kinds()) - set(answered_kinds()) == NEVER_ANSWERED


def test_every_error_says_in_sentences_when_it_is_answered_and_what_to_do(app: Flask) -> None:
    assert [each.code for each in entries(app) if not (each.when.endswith(".") and each.advice.endswith("."))] == []


def test_every_error_is_one_of_an_operation_or_of_any_request(app: Flask) -> None:
    assert set(answered_kinds()) - set(refusals(app)) == ANY_REQUEST


def test_a_code_has_one_status(app: Flask) -> None:
    pairs = {(entry.code, entry.status) for entry in entries(app)}

    assert len(pairs) == len({code for code, _ in pairs})


def test_the_page_has_every_code_of_the_contract(app: Flask) -> None:
    page = render(app)

    assert {code for code in OF_THE_CONTRACT if f"\n### `{code}`\n" not in page} == set()


def test_what_http_refuses_has_a_code_of_the_page(app: Flask) -> None:
    with app.test_request_context():
        answered = {problem_of_http(kind()).get_json(force=True)["code"] for kind in default_exceptions.values()}

    assert "method_not_allowed" in answered
    assert answered - {entry.code for entry in entries(app)} == set()
