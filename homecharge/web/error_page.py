"""`docs/errors.md`: each code of the API, its status, when it is answered, and what an app does then."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from inspect import cleandoc
from itertools import groupby

from flask import Flask

from homecharge.domain.errors import HomechargeError
from homecharge.web.errors import status_of
from homecharge.web.http_problems import HTTP_PROBLEMS
from homecharge.web.openapi import refusals

MOST_NAMED = 8
"""Of the operations with a code; beyond them their number says enough."""
_HEAD = """\
# Errors

<!-- Written by `homecharge openapi write`; the words stand beside the code that raises each error. -->

Every error is a problem document (RFC 9457, `application/problem+json`):

```json
{
    "type": "urn:homecharge:problem:charger_offline",
    "title": "The charger is offline",
    "status": 409,
    "detail": "The charger is offline: stop the charge at the charger, or unplug the car.",
    "code": "charger_offline",
    "request_id": "0197b2f4-5c3e-7d10-8a55-3f8f0f6f2c11"
}
```

Programs go by `code`, which is never renamed; `detail` is a sentence that may be shown to people. More members
name what is in the way (`session_id`, `charger_ids`); a 422 has `errors`, the messages by the dotted path of each
field; 429 and 503 carry `Retry-After`. Quote the `request_id` to support. There will be more codes: an app treats one
that it does not know by its status. A charge that cannot start is no error but a session with a
[rejection](../README.md#how-a-rejection-looks), whose codes are at `GET /v1/rejection-reasons`.
"""
_OF_STATUS = {
    HTTPStatus.BAD_REQUEST: "The app sent what is no request.",
    HTTPStatus.UNAUTHORIZED: "Nobody, or nobody any more, is known to be asking.",
    HTTPStatus.FORBIDDEN: "The caller sees the thing, but may not do this to it.",
    HTTPStatus.NOT_FOUND: "There is no such thing, or not for this caller.",
    HTTPStatus.CONFLICT: "The state of things is in the way. Load them again, and let the person decide.",
    HTTPStatus.PRECONDITION_FAILED: "It was changed meanwhile.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "What was sent cannot be right, whatever the state of things.",
    HTTPStatus.TOO_MANY_REQUESTS: "Not so often. Wait for `Retry-After` seconds.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Our fault.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Not now. Repeat after `Retry-After` seconds.",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One way in which a code comes about; some codes have several. No `title`: the status' own."""

    status: HTTPStatus
    code: str
    title: str
    when: str
    advice: str
    operations: tuple[str, ...] = ()


def answered_kinds(kind: type[HomechargeError] = HomechargeError) -> Iterator[type[HomechargeError]]:
    """Every failure of ours that answers requests: those with advice of their own, of all that are loaded."""
    for each in kind.__subclasses__():
        if "advice" in vars(each) and each.__module__.startswith("homecharge."):
            yield each
        yield from answered_kinds(each)


def entries(app: Flask) -> list[Entry]:
    """All of them, by status and code."""
    where = refusals(app)
    ours = [_entry(kind, where) for kind in answered_kinds()]
    of_http = [
        Entry(each.status, each.code, each.status.phrase, each.when, each.advice, each.operations)
        for each in HTTP_PROBLEMS
    ]
    return sorted([*ours, *of_http], key=lambda entry: (entry.status, entry.code, entry.when))


def _entry(kind: type[HomechargeError], where: Mapping[type[HomechargeError], list[str]]) -> Entry:
    when = " ".join(cleandoc(kind.__doc__ or "").split())
    return Entry(status_of(kind), kind.code, kind.title, when, kind.advice, tuple(where.get(kind, ())))


def render(app: Flask) -> str:
    """The page as Markdown, the same every time."""
    found = entries(app)
    parts = [_HEAD, _index(found)]
    for status, of_status in groupby(found, key=lambda entry: entry.status):
        parts.append(f"## {status.value} {status.phrase}\n\n{_OF_STATUS.get(status, '')}".strip() + "\n")
        for code, ways in groupby(of_status, key=lambda entry: entry.code):
            parts.append(f"### `{code}`\n\n" + "\n".join(_way(way) for way in ways) + "\n")
    return "\n".join(parts)


def _index(found: Iterable[Entry]) -> str:
    lines = ["| status | codes |", "|---|---|"]
    for status, of_status in groupby(found, key=lambda entry: entry.status):
        codes = dict.fromkeys(entry.code for entry in of_status)
        lines.append(f"| {status.value} | {', '.join(f'[`{code}`](#{code.lower()})' for code in codes)} |")
    return "\n".join(lines) + "\n"


def _way(way: Entry) -> str:
    lines = [f"- **{way.title}.** {way.when}", f"  - *What to do:* {way.advice}"]
    if way.operations:
        lines.append(f"  - *From:* {_named(way.operations)}.")
    else:
        lines.append("  - *From:* any request.")
    return "\n".join(lines)


def _named(operations: Iterable[str]) -> str:
    names = [f"`{name}`" for name in operations]
    return ", ".join(names) if len(names) <= MOST_NAMED else f"{len(names)} operations"
