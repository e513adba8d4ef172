"""Names that people read out: a session's reference and other short codes; and the tag a charger is told."""

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
    return spelled(number, bits=REFERENCE_BITS)


def find_reference(text: str) -> str | None:
    """The reference in what somebody typed, None if it is none."""
    return find_spelled(text, bits=REFERENCE_BITS)


def spelled(number: int, *, bits: int) -> str:
    """A number of so many bits, a multiple of five, in base 32: the last character is the check, a hyphen halves it."""
    values = [(number >> shift) & 31 for shift in range(bits - 5, -1, -5)]
    return _halved([*values, _check(values)])


def find_spelled(text: str, *, bits: int) -> str | None:
    """Undo what people make of it: case, spaces, hyphens and O/I/L do not matter; None where the check is wrong."""
    letters = [letter for letter in text.upper() if letter not in " -"]
    if len(letters) != bits // 5 + 1 or any(letter not in _VALUES for letter in letters):
        return None
    values = [_VALUES[letter] for letter in letters]
    return _halved(values) if _check(values[:-1]) == values[-1] else None


def _halved(values: list[int]) -> str:
    letters = "".join(ALPHABET[value] for value in values)
    middle = len(letters) // 2
    return f"{letters[:middle]}-{letters[middle:]}"


def tag(random_bytes: bytes) -> str:
    """A session's own id token: 20 upper-case hex digits, which every charger takes (chargers.md, *Starting*)."""
    return random_bytes.hex().upper()
