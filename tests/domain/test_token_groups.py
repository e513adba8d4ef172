"""Local token groups: how much one holds."""

import dataclasses
from datetime import UTC, datetime

from homecharge.domain.token_groups import MOST_PLACES, MOST_TOKENS, GroupToken, NewGroupToken, TokenGroup

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_an_entry_is_valid_unless_somebody_says_otherwise() -> None:
    assert NewGroupToken("04A1B2C3", "Van 7").is_valid
    assert (MOST_TOKENS, MOST_PLACES) == (10_000, 1_000)


def test_a_group_is_another_revision_with_another_token() -> None:
    token = GroupToken(
        id="1",
        group_id="vans",
        uid="04A1B2C3",
        name="Van 7",
        is_valid=True,
        driver_id=None,
        revision=1,
        created_at=NOW,
        updated_at=NOW,
    )
    group = TokenGroup(
        id="vans",
        name="Vans",
        home_id=None,
        allow_concurrent=False,
        location_ids=(),
        charger_ids=(),
        tokens=(),
        token_count=0,
        created_at=NOW,
        updated_at=NOW,
    )
    with_one = dataclasses.replace(group, tokens=(token,), token_count=1)
    with_it_off = dataclasses.replace(with_one, tokens=(dataclasses.replace(token, is_valid=False),))

    assert len({each.revision for each in (group, with_one, with_it_off)}) == 3
    assert with_one.revision == dataclasses.replace(group, tokens=(token,), token_count=1).revision
