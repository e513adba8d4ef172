"""Providers' id tokens: how long what names them may be, and what is looked for."""

from homecharge.domain.roaming_tokens import LONGEST_CONTRACT_ID, LONGEST_ORGANISATION_UNIT, LONGEST_UID, TokenFilters


def test_what_names_a_token_is_as_long_as_ocpi_allows() -> None:
    assert (LONGEST_UID, LONGEST_CONTRACT_ID, LONGEST_ORGANISATION_UNIT) == (36, 36, 50)


def test_without_filters_every_token_is_meant() -> None:
    assert TokenFilters() == TokenFilters(uid=None, contract_id=None, provider_id=None, is_valid=None)
