"""Access tokens: short-lived, signed (JWT, HS256), naming the person and the log-in they came from."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import jwt
from jwt.types import Options

from homecharge.domain.errors import Unauthenticated

LIFETIME = timedelta(seconds=900)
_ISSUER = "homecharge"
_CHECKS: Options = {
    "require": ["sub", "sid", "iat", "exp", "iss"],
    "verify_exp": False,  # judged against the caller's `now`, as every instant is
    "verify_iat": False,
    "verify_nbf": False,
}


class BadCredentials(Unauthenticated):
    """The token, or the e-mail address with the password, is not one of ours."""

    code = "bad_credentials"
    title = "These credentials are not valid"
    advice = (
        "Of a log-in: say that address or password are wrong, not which. Of a token: forget it and let the person sign"
        " in."
    )


class TokenExpired(Unauthenticated):
    """The token was ours, and its time is over."""

    code = "token_expired"
    title = "The token has expired"
    advice = "Of an access token: refresh it once and repeat the request. Of a refresh token: let the person sign in."


class TokenRevoked(Unauthenticated):
    """Its log-in was ended: signed out, a new password, the account deleted, or a spent refresh token came back."""

    code = "token_revoked"
    title = "This log-in has been ended; sign in again"
    advice = "Forget the tokens and let the person sign in again; do not refresh."


REFUSALS = (BadCredentials, TokenExpired, TokenRevoked)
"""Of a token that somebody sends."""


@dataclass(frozen=True, slots=True)
class AccessTokens:
    """Issues and reads tokens with the installation's key (at least 256 bits, RFC 7518 §3.2).

    `agents_stay` is how long a log-in of those who see other people's things lasts at most, however it is used: half a
    day (NIST SP 800-63B §4.2.3, AAL2).
    """

    key: str
    agents_stay: timedelta = timedelta(hours=12)

    def issue(self, *, account_id: str, family_id: str, lifetime: timedelta = LIFETIME, now: datetime) -> str:
        """A token for a `lifetime`."""
        claims = {"iss": _ISSUER, "sub": account_id, "sid": family_id, "iat": now, "exp": now + lifetime}
        return jwt.encode(claims, self.key, "HS256")

    def expiry_of(self, token: str) -> datetime:
        """When a token that is one of ours expires."""
        claims = jwt.decode(token, self.key, ["HS256"], issuer=_ISSUER, options=_CHECKS)
        return datetime.fromtimestamp(claims["exp"], UTC)

    def family_of(self, token: str, *, now: datetime) -> str:
        """The log-in a token came from; raises TokenExpired, or BadCredentials for anything we did not issue."""
        try:
            claims = jwt.decode(token, self.key, ["HS256"], issuer=_ISSUER, options=_CHECKS)
            expires_at, family_id = float(claims["exp"]), claims["sid"]
        except (jwt.InvalidTokenError, TypeError, ValueError):
            raise BadCredentials from None
        if expires_at <= now.timestamp():
            raise TokenExpired
        if not isinstance(family_id, str):
            raise BadCredentials
        return family_id
