"""Contract ids: how they are compared."""

import pytest

from homecharge.domain.contract_ids import contract_key


@pytest.mark.parametrize(
    "contract_id", ["GB-ABC-C12345678-X", "gbabcc12345678x", "GB*ABC*C12345678", "GBABCC12345678", "GB ABC C12345678 X"]
)
def test_a_contract_is_one_in_every_spelling(contract_id: str) -> None:
    assert contract_key(contract_id) == "GBABCC12345678"


def test_what_is_no_ema_id_is_compared_without_case_and_separators() -> None:
    assert contract_key("my-contract 7") == "MYCONTRACT7"
