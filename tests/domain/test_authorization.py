"""Is an id token accepted: steps 0 to 2 of authorization.md."""

import pytest

from homecharge.domain.authorization import Grant, authorize_start

NOTHING = dict.fromkeys(
    ("accepts_any", "is_free_vend", "is_remote_start_tag", "is_valid_session_tag", "is_session_starting"), False
)


@pytest.mark.parametrize(
    ("ways", "grant"),
    [
        ([], None),
        (["accepts_any"], Grant.ANY_TOKEN),
        (["is_free_vend"], Grant.ANY_TOKEN),
        (["is_valid_session_tag"], Grant.REMOTE_START),
        (["is_remote_start_tag"], Grant.REMOTE_START),
        (["is_session_starting"], Grant.REMOTE_START),
        (["is_valid_session_tag", "accepts_any"], Grant.ANY_TOKEN),
    ],
)
def test_the_first_way_that_holds_grants(ways: list[str], grant: Grant | None):
    assert authorize_start(tag="04A1B2C3", **NOTHING | dict.fromkeys(ways, True)) == grant


@pytest.mark.parametrize(
    ("tag", "is_sound"), [("", False), ("   ", False), ("1", True), ("1" * 20, True), ("1" * 21, False)]
)
def test_a_token_has_one_to_twenty_characters(tag: str, *, is_sound: bool):
    assert (authorize_start(tag=tag, **NOTHING | {"accepts_any": True}) is not None) is is_sound
