"""One contract id, however it is written (ISO 15118-1, annex H; eMI3)."""

import pytest

from homecharge.domain.contract_ids import check_digit, contract_key


@pytest.mark.parametrize(
    ("contract", "digit"),
    [
        ("NN123ABCDEFGHI", "T"),
        ("FRXYZ123456789", "2"),
        ("ITA1B2C3E4F5G6", "4"),
        ("ESZU8WOX834H1D", "R"),
        ("PT73902837ABCZ", "Z"),
        ("DE83DUIEN83QGZ", "D"),
        ("DE83DUIEN83ZGQ", "M"),
        ("DE8AA001234567", "0"),
    ],
)
def test_the_check_digit_is_that_of_the_published_examples(contract: str, digit: str):
    assert check_digit(contract) == digit


@pytest.mark.parametrize(
    "text",
    [
        *("DE-83D-UIEN83QGZ", "de83duien83qgz", " DE*83D*UIEN83QGZ\t", "DE 83D UIEN83QGZ"),
        *("DE-83D-UIEN83QGZ-D", "de83duien83qgzd", "DE*83D*UIEN83QGZ*d", "DE 83D UIEN83QGZ-D"),
    ],
)
def test_a_contract_id_is_the_same_with_and_without_separators_and_check_digit(text: str):
    assert contract_key(text) == "DE83DUIEN83QGZ"


@pytest.mark.parametrize(
    "text",
    [
        "DE83DUIEN83QGZM",  # not its check digit
        "DE83DUIEN83QGD",  # too short to have one
        "1283DUIEN83QGZD",  # of no country
        "DE83DÜIEN83QGZD",
    ],
)
def test_what_is_no_check_digit_stays(text: str):
    assert contract_key(text) == text
