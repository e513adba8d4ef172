"""Id tokens: how they are compared."""

from uuid import UUID

import pytest

from homecharge.domain.id_tokens import MAX_ID_TAG, is_same_uid, parent_id_tag, uid_key

LOCATION = "019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c4d"


@pytest.mark.parametrize("uid", ["04a1b2c3", " 04A1B2C3", "04a1B2c3\t"])
def test_a_uid_is_compared_without_case_and_without_what_pads_it(uid: str) -> None:
    assert uid_key(uid) == "04A1B2C3"
    assert is_same_uid(uid, "04A1B2C3")


def test_a_uid_is_compared_at_the_length_that_was_shown() -> None:
    assert uid_key("ß" * MAX_ID_TAG) == "ß" * MAX_ID_TAG


def test_nothing_is_no_uid() -> None:
    assert not is_same_uid("04A1B2C3", None)
    assert not is_same_uid("04A1B2C3", "04A1B2C4")


def test_the_group_of_a_location_fits_an_id_token_and_is_its_own() -> None:
    group = parent_id_tag(LOCATION)

    assert len(group) == MAX_ID_TAG
    assert group == UUID(LOCATION).hex[12:].upper()
