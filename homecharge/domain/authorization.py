"""Is this id token accepted? Steps 0 to 2 of authorization.md, the same for Authorize and StartTransaction."""

from enum import StrEnum

MAX_UID = 20
"""OCPP 1.6 `IdToken`: CiString20Type."""


class Grant(StrEnum):
    """Why a token is accepted."""

    ANY_TOKEN = "G10"  # noqa: S105 - a code, not a password
    REMOTE_START = "G40"


def authorize_start(
    *,
    tag: str,
    accepts_any: bool,
    is_free_vend: bool,
    is_remote_start_tag: bool,
    is_valid_session_tag: bool,
    is_session_starting: bool,
) -> Grant | None:
    """The grant, None when no step gives one.

    `is_valid_session_tag` was judged at the message's own timestamp. `is_session_starting` is given at StartTransaction
    only: some chargers put another tag there than the one they were told.
    """
    if not 1 <= len(tag.strip()) <= MAX_UID:
        return None
    if accepts_any or is_free_vend:
        return Grant.ANY_TOKEN
    if is_valid_session_tag or is_remote_start_tag or is_session_starting:
        return Grant.REMOTE_START
    return None
