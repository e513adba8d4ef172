"""Limits as the contract writes them."""

from decimal import Decimal
from typing import Any

import pytest

from homecharge.domain.limits import CostLimit, DurationLimit, EnergyLimit, Limit, limit_from_json, limit_json


@pytest.mark.parametrize(
    ("limit", "written"),
    [
        (None, None),
        (DurationLimit(3600), {"kind": "duration", "seconds": 3600}),
        (EnergyLimit(5000), {"kind": "energy", "energy_wh": 5000}),
        (CostLimit(Decimal("2.50")), {"kind": "cost", "amount": "2.50"}),
    ],
)
def test_a_limit_is_written_and_read_again(limit: Limit | None, written: dict[str, Any] | None):
    assert limit_json(limit) == written
    assert limit_from_json(written) == limit
