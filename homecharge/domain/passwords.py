"""Which passwords people may choose, after NIST SP 800-63B-4 §3.1.1.2.

There are no composition rules and no expiry. What counts is the length in code points, and that nobody would guess the
whole of it: a common password, one piece repeated, a run of neighbours, or what is known of the person and the service
with little beside.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from itertools import pairwise

from homecharge.domain.errors import Invalid

LONGEST = 128
SHORTEST_EVER = 8
"""What a second factor would allow; what is shorter than this is a fragment, and never good beside known words."""
_SERVICE = ("homecharge",)
_SHORTEST_WORD = 3


class PasswordRefused(Invalid):
    """A new password that is not good enough."""

    def __init__(self, detail: str, *, field: str) -> None:
        super().__init__(detail, errors={field: [detail]})


class PasswordTooShort(PasswordRefused):
    """The new password has fewer characters than this installation asks for."""

    code = "password_too_short"
    title = "The password is too short"
    advice = "Show `detail` beside the field; it says how long a password has to be here."


class PasswordTooLong(PasswordRefused):
    """The new password has more characters than are taken."""

    code = "password_too_long"
    title = "The password is too long"
    advice = "Show `detail` beside the field."


class PasswordTooCommon(PasswordRefused):
    """The new password is known to everybody who guesses: on the list, a repetition, or a run."""

    code = "password_too_common"
    title = "The password is too common"
    advice = "Show `detail` beside the field, and propose a few words that do not belong together."


class PasswordTooPersonal(PasswordRefused):
    """The new password is made of the person's name or address, or of the service's name."""

    code = "password_too_personal"
    title = "The password is too easy to guess for who knows you"
    advice = "Show `detail` beside the field, and propose a few words that do not belong together."


REFUSALS = (PasswordTooShort, PasswordTooLong, PasswordTooCommon, PasswordTooPersonal)


def normalised_password(text: str) -> str:
    """The same password from every keyboard (UAX 15, NFKC)."""
    return unicodedata.normalize("NFKC", text)


def require_good_password(
    password: str, *, shortest: int, about: Iterable[str], common: Collection[str], field: str = "password"
) -> None:
    """Raises a PasswordRefused; `about` is what is known of the person, `common` are lower-case passwords."""
    text = normalised_password(password)
    if len(text) < shortest:
        raise PasswordTooShort(f"At least {shortest} characters; a few words that you remember are good.", field=field)
    if len(text) > LONGEST:
        raise PasswordTooLong(f"At most {LONGEST} characters.", field=field)
    lowered = text.lower()
    if _is_known(lowered, common):
        raise PasswordTooCommon("Everybody who guesses tries this one; take a few words of your own.", field=field)
    rest = _without(lowered, about)
    if rest != lowered and (len(rest) < SHORTEST_EVER or _is_known(rest, common)):
        raise PasswordTooPersonal("It is little more than your name, your address or ours.", field=field)


def _is_known(text: str, common: Collection[str]) -> bool:
    piece = _repeated_piece(text)
    is_short_piece = len(piece) < SHORTEST_EVER and 2 * len(piece) <= len(text)
    return text in common or piece in common or is_short_piece or _is_run(text)


def _repeated_piece(text: str) -> str:
    """What the text repeats from its beginning to its end, the last time perhaps in part; else the text."""
    size = next((size for size in range(1, len(text)) if text[size:] == text[:-size]), len(text))
    return text[:size]


def _is_run(text: str) -> bool:
    """Neighbours in the alphabet all along: `abcdefghijklmnop`, or backwards."""
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    return steps in ({1}, {-1})


def _without(text: str, about: Iterable[str]) -> str:
    known = {word for one in (*about, *_SERVICE) for word in _words(one)}
    for word in sorted(known, key=len, reverse=True):
        text = text.replace(word, "")
    return text


def _words(text: str) -> set[str]:
    lowered = normalised_password(text).lower()
    return {word for word in {lowered, *re.split(r"[\W_]+", lowered)} if len(word) >= _SHORTEST_WORD}
