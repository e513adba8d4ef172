"""Contract ids (EMAID) as they are compared: one id is written with and without separators and check digit."""

import re
from collections.abc import Iterable
from string import ascii_uppercase, digits

_SEPARATORS = str.maketrans("", "", "-*")
_WITH_CHECK_DIGIT = re.compile("[A-Z]{2}[A-Z0-9]{13}")
"""Country, provider and instance, and one more (ISO 15118-1, annex H)."""
_CHARACTERS = digits + ascii_uppercase


def contract_key(text: str) -> str:
    """Upper case, without hyphens, asterisks, white space and check digit: `de-83d-uien83qgz-d` is `DE83DUIEN83QGZ`.

    Source: ISO 15118-1, annex H, and eMI3, where separators carry no meaning and the check digit is optional. A last
    character that is not the check digit stays: that is another id, or a mistyped one.
    """
    plain = "".join(text.translate(_SEPARATORS).split()).upper()
    is_checked = _WITH_CHECK_DIGIT.fullmatch(plain) is not None and plain[-1] == check_digit(plain[:-1])
    return plain[:-1] if is_checked else plain


def check_digit(contract: str) -> str:
    """The digit or capital that follows these (eMI3, *Check Digit Calculation for Contract-IDs*).

    Each of the 36 characters is a pair of figures below 2 and a pair of figures below 3.
    """
    values = [_CHARACTERS.index(character) for character in contract]
    a, b = _closing(((value // 18, value // 9 % 2) for value in values), 2)
    c, d = _closing(((value // 3 % 3, value % 3) for value in values), 3)
    return _CHARACTERS[18 * a + 9 * b + 3 * c + d]


def _closing(pairs: Iterable[tuple[int, int]], modulus: int) -> tuple[int, int]:
    """The pair whose place in the code makes the sum of all zero, each weighed by a power of a matrix for its place.

    The matrices of eMI3, (0 1; 1 1) modulo 2 and (0 1; 1 2) modulo 3, have one inverse, (1 1; 1 0): a step back.
    """
    x = y = 0
    for first, second in pairs:
        x, y = (x + first + y + second) % modulus, (x + first) % modulus
    return -x % modulus, -y % modulus
