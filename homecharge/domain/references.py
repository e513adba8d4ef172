"""Names a session goes by: the reference a driver reads down the phone, and the tag a charger is told."""

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U."""
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)} | {"O": 0, "I": 1, "L": 1}
REFERENCE_BITS = 35
TAG_BYTES = 10


def _check(values: list[int]) -> int:
    """Luhn's algorithm modulo 32: finds every single wrong character and every swap of two neighbours but (0, Z)."""
    total = 0
    for place, value in enumerate(reversed(values)):
        doubled = value * 2 if place % 2 == 0 else value
        total += doubled // 32 + doubled % 32
    return -total % 32


def reference(number: int) -> str:
    """`K7Q2-9MXP` from 35 random bits; the eighth character is the check."""
    values = [(number >> shift) & 31 for shift in range(REFERENCE_BITS - 5, -1, -5)]
    values.append(_check(values))
    letters = "".join(ALPHABET[value] for value in values)
    return f"{letters[:4]}-{letters[4:]}"


def find_reference(text: str) -> str | None:
    """The reference in what somebody typed: case, spaces, hyphens and O/I/L do not matter; None if it is none."""
    letters = [letter for letter in text.upper() if letter not in " -"]
    if len(letters) != 8 or any(letter not in _VALUES for letter in letters):  # noqa: PLR2004 - the length of a reference
        return None
    values = [_VALUES[letter] for letter in letters]
    if _check(values[:-1]) != values[-1]:
        return None
    clean = "".join(ALPHABET[value] for value in values)
    return f"{clean[:4]}-{clean[4:]}"


def tag(random_bytes: bytes) -> str:
    """A session's own id token: 20 upper-case hex digits, which every charger takes (chargers.md, *Starting*)."""
    return random_bytes.hex().upper()
