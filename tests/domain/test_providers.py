"""Mobility providers: how people write who they are."""

import dataclasses
from datetime import UTC, datetime

import pytest

from homecharge.domain.providers import Provider, party_of

NOW = datetime(2026, 11, 20, 11, 5, tzinfo=UTC)


@pytest.mark.parametrize("text", ["GB-ABC", "GB*ABC", "gbabc", " Gb-aBc "])
def test_a_party_is_written_in_several_ways(text: str) -> None:
    assert party_of(text) == ("GB", "ABC")


@pytest.mark.parametrize("text", ["ABC", "GB-ABCD", "G1-ABC", "GB--ABC", ""])
def test_anything_else_is_no_party(text: str) -> None:
    assert party_of(text) is None


def test_a_provider_is_blocked_from_the_instant_on_and_keeps_its_token_to_itself() -> None:
    open_one = Provider(
        id="p",
        country_code="GB",
        party_id="ABC",
        name="Alphabet",
        blocked_at=None,
        live_url=None,
        live_timeout_s=15,
        live_token="secret",
        support=None,
        revision=1,
        created_at=NOW,
        updated_at=NOW,
    )
    blocked = dataclasses.replace(open_one, blocked_at=NOW, live_token=None)

    assert (open_one.is_blocked, open_one.has_live_token, "secret" in repr(open_one)) == (False, True, False)
    assert (blocked.is_blocked, blocked.has_live_token) == (True, False)
