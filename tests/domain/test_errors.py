"""The few kinds of failure, each with a stable code, words for people and data for the answer."""

import pytest

from homecharge.domain.errors import (
    Forbidden,
    HomechargeError,
    Invalid,
    NotFound,
    Refused,
    Stale,
    TooMany,
    Unauthenticated,
    Unavailable,
)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (Invalid, "invalid"),
        (Unauthenticated, "token_missing"),
        (NotFound, "not_found"),
        (Refused, "conflict"),
        (Stale, "stale"),
        (Unavailable, "unavailable"),
    ],
)
def test_a_kind_has_a_code_and_speaks_by_its_title_where_nothing_better_is_known(
    kind: type[HomechargeError], code: str
):
    error = kind()

    assert (error.code, error.detail, str(error)) == (code, f"{kind.title}.", f"{kind.title}.")


def test_what_is_in_the_way_goes_into_the_answer():
    error = Refused("Stop that session first.", session_id="7")

    assert (error.detail, error.data) == ("Stop that session first.", {"session_id": "7"})


def test_a_missing_role_is_named():
    assert Forbidden(needs_role="owner").data == {"needs_role": "owner"}


def test_a_wrong_field_is_named():
    assert Invalid(errors={"limit.seconds": ["Too short."]}).errors == {"limit.seconds": ["Too short."]}


def test_a_rate_limit_says_when_to_come_back():
    assert TooMany(retry_after_s=30).retry_after_s == 30
