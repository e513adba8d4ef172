"""Local token groups: how much one holds."""

from homecharge.domain.token_groups import MOST_PLACES, MOST_TOKENS, NewGroupToken


def test_an_entry_is_valid_unless_somebody_says_otherwise() -> None:
    assert NewGroupToken("04A1B2C3", "Van 7").is_valid
    assert (MOST_TOKENS, MOST_PLACES) == (10_000, 1_000)
