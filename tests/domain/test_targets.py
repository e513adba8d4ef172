from decimal import Decimal

import pytest

from homecharge.domain.targets import BudgetTarget, EnergyTarget, SocTarget, Target, target_from_json, target_json


@pytest.mark.parametrize("target", [EnergyTarget(20_000), BudgetTarget(Decimal("1.50")), SocTarget(80), None])
def test_what_is_stored_reads_back_as_it_was(target: Target | None) -> None:
    assert target_from_json(target_json(target)) == target


def test_money_is_kept_to_the_last_digit() -> None:
    assert target_json(BudgetTarget(Decimal("1.50"))) == {"kind": "budget", "amount": "1.50"}
