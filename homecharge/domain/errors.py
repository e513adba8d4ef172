"""The few kinds of deliberate failure; every error of the project subclasses one and carries a stable code."""

from typing import Any, ClassVar


class HomechargeError(Exception):
    """A deliberate refusal. `code` is public contract, `data` goes into the answer.

    `title` is a heading; `detail` is a sentence and may be shown to people. When it is answered is the docstring of its
    class, and what an app does then is its `advice`: `docs/errors.md` is made of both. One that never answers a request
    of the API has no advice of its own.
    """

    code: ClassVar[str] = "error"
    title: ClassVar[str] = "The request failed"
    advice: ClassVar[str]

    def __init__(self, detail: str = "", **data: Any) -> None:
        self.detail = detail or f"{self.title}."
        super().__init__(self.detail)
        self.data = data


class Invalid(HomechargeError):
    """The input cannot be right; `errors` maps each field (dotted path) to its messages."""

    code = "invalid"
    title = "The request is not valid"
    advice = (
        "Show each message of `errors` beside its field. About a field that the person did not fill in it is a "
        "fault of the app."
    )

    def __init__(self, detail: str = "", *, errors: dict[str, list[str]] | None = None, **data: Any) -> None:
        super().__init__(detail, **data)
        self.errors = errors or {}


class Unauthenticated(HomechargeError):
    """Nobody is known to be asking."""

    code = "token_missing"
    title = "Sign in first"
    advice = "Send `Authorization: Bearer …`; without a token of your own, let the person sign in."


class Forbidden(HomechargeError):
    """The caller sees the thing, but may not do this to it; `needs_role` says who may."""

    code = "role_insufficient"
    title = "Your role does not allow this"
    advice = "Offer it to people of that role only (`permissions` of the location says so beforehand)."

    def __init__(self, detail: str = "", *, needs_role: str) -> None:
        super().__init__(detail, needs_role=needs_role)


class NotFound(HomechargeError):
    """The thing does not exist for this caller."""

    code = "not_found"
    title = "There is no such thing"
    advice = (
        "Take it off the screen and load the list again. Do not ask again: what one may not see does not exist, either."
    )


class Refused(HomechargeError):
    """The state of things is in the way; `data` names what."""

    code = "conflict"
    title = "Not possible right now"


class Stale(HomechargeError):
    """The caller's `If-Match` names an older revision; `current` is the representation as it is now."""

    code = "stale"
    title = "It was changed meanwhile"
    advice = "Take `current`, put the person's change on it, and send it with the new ETag."


class TooMany(HomechargeError):
    """A rate limit; `retry_after_s` says when to come back."""

    code = "rate_limited"
    title = "Too many attempts"

    def __init__(self, detail: str = "", *, retry_after_s: int) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s


class Unavailable(HomechargeError):
    """Something we depend on is away; trying again later is right."""

    code = "unavailable"
    title = "Not available at the moment"
    retry_after_s = 5
