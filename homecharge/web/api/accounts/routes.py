"""Sign up, sign in, and who you are."""

from typing import Any

from homecharge.domain.accounts import Account
from homecharge.domain.passwords import REFUSALS
from homecharge.services import accounts, recovering, tokens
from homecharge.services.access_tokens import BadCredentials, TokenExpired, TokenRevoked
from homecharge.services.accounts import EmailTaken, HomeNotEmpty
from homecharge.services.members import OwnerStays
from homecharge.web import etags
from homecharge.web.answers import Answer
from homecharge.web.api.accounts.schemas import LogInBody, Profile, ProfileBody, RefreshBody, RegistrationBody, Tokens
from homecharge.web.auth import PUBLIC, SIGNED_IN
from homecharge.web.context import Ask
from homecharge.web.limits import TooManyAttempts, address
from homecharge.web.operations import Area
from homecharge.web.signing_in import check_password, network_of

area = Area("accounts", "Sign up, sign in, and who you are.")


@area.post(
    "/auth/register",
    access=PUBLIC,
    body=RegistrationBody,
    answer=Profile,
    status=201,
    has_etag=True,
    refuses=[EmailTaken, TooManyAttempts, *REFUSALS],
)
def register(ask: Ask, body: dict[str, Any]) -> Answer:
    """Sign up.

    A link to confirm the address is mailed; it need not be confirmed before the first log-in.
    """
    ask.context.rates.spend(ask.context.settings.rate_register, "register", address(), now=ask.now)
    about = (body["email"], body["name"])
    password_hash = ask.context.passwords.choose(body.pop("password"), about=about)
    account = accounts.register(ask.db, **body, password_hash=password_hash, now=ask.now)
    recovering.ask_to_confirm(ask.db, account, account.email, now=ask.now)
    return Answer(value=account, location="/v1/me")


@area.post(
    "/auth/login",
    access=PUBLIC,
    body=LogInBody,
    answer=Tokens,
    refuses=[BadCredentials, TooManyAttempts],
)
def log_in(ask: Ask, body: dict[str, Any]) -> tokens.Tokens:
    """Sign in on a device.

    Failures are counted for the account at this address; from addresses that it has not signed in from, also for the
    account as a whole. Devices that are signed in, and addresses that the account has signed in from, are not kept out
    by what fails elsewhere. An agent's or operator's log-in ends after twelve hours (a setting), however it is used.
    """
    access, network, device = ask.context.access_tokens, network_of(ask), body["device"]
    account_id = check_password(ask, body["email"], body["password"], device=device)
    return tokens.log_in(ask.db, account_id, device=device, network=network, access=access, now=ask.now)


@area.post(
    "/auth/refresh",
    access=PUBLIC,
    body=RefreshBody,
    answer=Tokens,
    refuses=[BadCredentials, TokenExpired, TokenRevoked],
)
def refresh(ask: Ask, body: dict[str, Any]) -> tokens.Tokens | TokenRevoked:
    """Trade the newest refresh token for the next tokens.

    The one before it may be retried for 60 seconds, in case its answer was lost. An older one ends the log-in.
    """
    return tokens.rotate(ask.db, body["refresh_token"], access=ask.context.access_tokens, now=ask.now)


@area.post("/auth/logout", access=SIGNED_IN)
def log_out(ask: Ask) -> None:
    """End this log-in with all of its tokens."""
    tokens.log_out(ask.db, ask.caller, now=ask.now)


@area.get("/me", access=SIGNED_IN, answer=Profile, has_etag=True)
def get_me(ask: Ask) -> Account:
    """Look at yourself."""
    return accounts.get_account(ask.db, ask.caller.account_id)


@area.patch(
    "/me",
    access=SIGNED_IN,
    body=ProfileBody,
    answer=Profile,
    has_etag=True,
)
def change_me(ask: Ask, body: dict[str, Any]) -> Account:
    """Change your name or language."""
    account = accounts.get_account(ask.db, ask.caller.account_id, for_update=True)
    etags.require_match(Profile, account)
    return accounts.change_account(ask.db, account, **body, now=ask.now)


@area.delete("/me", access=SIGNED_IN, refuses=[OwnerStays, HomeNotEmpty])
def delete_me(ask: Ask) -> None:
    """Delete your account.

    Everything personal is deleted and every log-in ended. You leave every location, and its history stays with it,
    without you. While you own a location with other members (`must_transfer`) or with chargers (`not_empty`) this is
    refused, and `location_ids` says which: hand them over, or remove the chargers first.
    """
    account = accounts.get_account(ask.db, ask.caller.account_id, for_update=True)
    etags.require_match(Profile, account)
    accounts.forget_account(ask.db, account, now=ask.now)
