"""The kinds of value a variable may have, each a type with the parser that makes it from text.

A parser raises ValueError with what the variable has to be. It repeats no text that may hold a password.
"""

import base64
import math
import re
from collections.abc import Callable, Collection
from datetime import time
from email.utils import parseaddr
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, TypeVar
from urllib.parse import urlsplit

from limits import parse_many

Choice = TypeVar("Choice", bound=StrEnum)

SQLITE = "sqlite:///"
SECRET_PREFIX = "whsec_"  # noqa: S105 - what stands before one (Standard Webhooks)
_SECRET_BYTES = 24
_HIGHEST_PORT = 65_535
_LONGEST_S = 366 * 86_400
_MOST_DAYS = 36_500
_FEWEST_CHARACTERS = 8
_MOST_CHARACTERS = 64  # NIST SP 800-63B-4 wants at least so long ones to be taken


def _host(text: str) -> str:
    if re.search(r"[\s/@]", text):
        raise ValueError(f"must be a host name or an address such as 0.0.0.0, not {text!r}.")
    return text


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > _HIGHEST_PORT:
        raise ValueError(f"must be a port between 0 (any free one) and {_HIGHEST_PORT}, not {text!r}.")
    return int(text)


def _days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _MOST_DAYS:
        raise ValueError(f"must be a whole number of days from 1 to {_MOST_DAYS}, not {text!r}.")
    return int(text)


def _password_length(text: str) -> int:
    if not text.isdecimal() or not _FEWEST_CHARACTERS <= int(text) <= _MOST_CHARACTERS:
        raise ValueError(f"must be a number of characters from {_FEWEST_CHARACTERS} to {_MOST_CHARACTERS}.")
    return int(text)


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 1 <= value <= _LONGEST_S:
        raise ValueError(f"must be a number of seconds from 1 to {_LONGEST_S}, not {text!r}.")
    return value


def _wall_time(text: str) -> time:
    if re.fullmatch("([01][0-9]|2[0-3]):[0-5][0-9]", text) is None:
        raise ValueError(f"must be a time of day such as 20:30, not {text!r}.")
    return time.fromisoformat(text)


def _each_seconds(text: str) -> tuple[float, ...]:
    try:
        return tuple(_seconds(part) for part in text.split(","))
    except ValueError:
        raise ValueError(f"must be seconds of at least 1 between commas, such as 60,300,900, not {text!r}.") from None


def _rate(text: str) -> str:
    try:
        usable = all(limit.amount >= 1 for limit in parse_many(text))
    except ValueError:
        usable = False
    if not usable:
        raise ValueError(f"must be a rate such as 60/hour or 10/15minutes, not {text!r}.")
    return text


def one_of(kind: type[Choice]) -> Callable[[str], Choice]:
    """A parser for the members of `kind`, in capitals or not."""

    def parse(text: str) -> Choice:
        for member in kind:
            if member.lower() == text.lower():
                return member
        raise ValueError(f"must be one of {', '.join(kind)}, not {text!r}.")

    return parse


def _database_url(text: str) -> str:
    wanted = "must be sqlite:///file.db or postgresql://user@host/name"
    if not text.startswith("sqlite:"):
        return _url(text, needs="path", schemes={"postgresql"}, wanted=wanted)  # no host means the local socket
    if not text.startswith(SQLITE) or text.removeprefix(SQLITE) in {"", ":memory:"} or "?" in text:
        raise ValueError(f"{wanted}; SQLite needs a plain file, because every part of the process opens it.")
    return text


def _redis_url(text: str) -> str:
    return _url(text, schemes={"redis", "rediss"}, wanted="must be redis://host:port/number, or rediss:// for TLS")


def _ocpp_url(text: str) -> str:
    return _url(text, schemes={"ws", "wss"}, wanted="must be ws://host:port/ocpp, or wss:// for TLS").rstrip("/")


def _app_url(text: str) -> str:
    url = urlsplit(text)
    if not url.scheme or not url.netloc or url.query or url.fragment or re.search(r"\s", text):
        raise ValueError(f"must be an address that opens the app, such as https://app.example.org, not {text!r}.")
    return text.rstrip("/")


def _web_url(text: str) -> str:
    return _url(
        text, schemes={"https", "http"}, wanted="must be the address of a web page, such as https://example.org"
    )


def _email(text: str) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", text):
        raise ValueError(f"must be an e-mail address, not {text!r}.")
    return text


def _phone(text: str) -> str:
    if not re.fullmatch(r"\+[0-9][0-9 ]{3,30}", text):
        raise ValueError(f"must be a telephone number with its country, such as +44 20 7946 0018, not {text!r}.")
    return text


def _version(text: str) -> str:
    if not re.fullmatch(r"\d{1,9}(\.\d{1,9}){0,3}", text, re.ASCII):
        raise ValueError(f"must be a version such as 2.4 or 2.4.1, not {text!r}.")
    return text


def _smtp_url(text: str) -> str:
    return _url(text, schemes={"smtp", "smtps"}, wanted="must be smtp://user:password@host:port, or smtps:// for TLS")


def _http_url(text: str) -> str:
    return _url(text, schemes={"http", "https"}, wanted="must be https://host/path")


def _mail_address(text: str) -> str:
    if re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", parseaddr(text)[1]) is None:
        raise ValueError(f"must be an address such as Homecharge <no-reply@example.org>, not {text!r}.")
    return text


def _signing_secret(text: str) -> str:
    kept = text.removeprefix(SECRET_PREFIX)
    try:
        usable = text.startswith(SECRET_PREFIX) and len(base64.b64decode(kept, validate=True)) >= _SECRET_BYTES
    except ValueError:
        usable = False
    if not usable:
        raise ValueError(f"must be {SECRET_PREFIX} and the base64 of {_SECRET_BYTES} random bytes or more.")
    return text


def _url(text: str, *, schemes: Collection[str], wanted: str, needs: Literal["hostname", "path"] = "hostname") -> str:
    try:
        url = urlsplit(text)
        usable = url.scheme in schemes and getattr(url, needs) not in {None, "", "/"} and url.port != 0
    except ValueError:  # a port that is no number, a bracket that is not closed
        usable = False
    if not usable:
        raise ValueError(f"{wanted}.")
    return text


Text = Annotated[str, str]
File = Annotated[Path, Path]
Host = Annotated[str, _host]
Port = Annotated[int, _port]
Days = Annotated[int, _days]
PasswordLength = Annotated[int, _password_length]
Seconds = Annotated[float, _seconds]
WallTime = Annotated[time, _wall_time]
EachSeconds = Annotated[tuple[float, ...], _each_seconds]
Rate = Annotated[str, _rate]
DatabaseUrl = Annotated[str, _database_url]
RedisUrl = Annotated[str, _redis_url]
AppUrl = Annotated[str, _app_url]
WebUrl = Annotated[str, _web_url]
Email = Annotated[str, _email]
Phone = Annotated[str, _phone]
Version = Annotated[str, _version]
SmtpUrl = Annotated[str, _smtp_url]
HttpUrl = Annotated[str, _http_url]
MailAddress = Annotated[str, _mail_address]
SigningSecret = Annotated[str, _signing_secret]
OcppUrl = Annotated[str, _ocpp_url]
