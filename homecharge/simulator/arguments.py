"""What may follow a step of a simulator script: durations, numbers and words, and what is wrong with others."""

import re
from collections.abc import Sequence

Words = Sequence[str]


def seconds(text: str) -> float:
    """A duration: `5`, `0.5`, `500ms`, `5s`, `2m`.

    Raises:
        ValueError: it is none.
    """
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s|m|)", text)
    if match is None:
        raise ValueError(f"“{text}” is no duration: say 5, 0.5, 500ms or 2m")
    return float(match[1]) * {"ms": 0.001, "s": 1, "m": 60, "": 1}[match[2]]


def number(text: str, least: int = 0) -> int:
    """A whole number not below `least`.

    Raises:
        ValueError: it is none.
    """
    if not re.fullmatch(r"-?\d+", text) or int(text) < least:
        raise ValueError(f"“{text}” is no whole number from {least} up")
    return int(text)


def one_of(text: str, allowed: Words) -> str:
    """The allowed word that this is but for case.

    Raises:
        ValueError: it is none of them.
    """
    found = {item.casefold(): item for item in allowed}.get(text.casefold())
    if found is None:
        raise ValueError(f"“{text}” is none of {', '.join(allowed)}")
    return found


def check_count(words: Words, least: int, most: int) -> None:
    """Agree to this many arguments.

    Raises:
        ValueError: there are more or fewer.
    """
    if not least <= len(words) <= most:
        allowed = str(least) if least == most else f"{least} to {most}"
        raise ValueError(f"takes {allowed} arguments, not {len(words)}")
