"""Links by mail: a forgotten password, an address to confirm."""

from typing import Any

from homecharge.domain.passwords import REFUSALS
from homecharge.services import accounts, recovering
from homecharge.services.access_tokens import BadCredentials
from homecharge.services.accounts import EmailTaken
from homecharge.services.mails import LinkNotValid
from homecharge.web.api.credentials.schemas import EmailChangeBody, EmailVerifyBody, ForgotBody, ResetBody
from homecharge.web.auth import PUBLIC, SIGNED_IN
from homecharge.web.context import Ask
from homecharge.web.limits import TooManyAttempts, address
from homecharge.web.operations import Area

area = Area("recovery", "Links by mail: a forgotten password, an address to confirm.")


@area.post(
    "/auth/password/forgot",
    access=PUBLIC,
    body=ForgotBody,
    status=202,
    refuses=[TooManyAttempts],
)
def forgot_password(ask: Ask, body: dict[str, Any]) -> None:
    """Ask for a link to choose a new password.

    The answer is the same whether the address has an account or not. The link works once, for 30 minutes.
    """
    _spend_mail(ask, "reset", body["email"])
    recovering.ask_for_reset(ask.db, body["email"], now=ask.now)


@area.post(
    "/auth/password/reset",
    access=PUBLIC,
    body=ResetBody,
    refuses=[LinkNotValid, *REFUSALS],
)
def reset_password(ask: Ask, body: dict[str, Any]) -> None:
    """Choose a new password with the link's token.

    Every device is signed out. Webhooks are switched off, because their secrets may be in other hands: make new ones of
    those that you still want. A password that is refused leaves the link as it is.
    """
    context = ask.context
    with ask.peek() as db:
        account = recovering.account_to_reset(db, body["token"], now=ask.now)
    chosen = context.passwords.choose(body["password"], about=(account.email, account.name))
    recovering.reset_password(ask.db, body["token"], password_hash=chosen, channels=context.channels, now=ask.now)
    context.rates.forget(context.settings.rate_login_account, "login-account", account.email)


@area.post(
    "/auth/email/change",
    access=SIGNED_IN,
    body=EmailChangeBody,
    status=202,
    refuses=[BadCredentials, TooManyAttempts],
)
def change_email(ask: Ask, body: dict[str, Any]) -> None:
    """Ask for a link that confirms another e-mail address, or the present one once more.

    The address changes when the link is used, within 24 hours. The answer is the same for an address that somebody
    else has; no link is sent there then.
    """
    caller = ask.caller
    with ask.peek() as db:
        known = accounts.get_own_credentials(db, caller.account_id)
    with ask.context.rates.count_failures(ask.context.settings.rate_login, "password", caller.account_id, now=ask.now):
        accounts.check_password(known, body["password"], passwords=ask.context.passwords)
    _spend_mail(ask, "confirm", body["email"])
    account = accounts.get_account(ask.db, caller.account_id)
    recovering.ask_to_confirm(ask.db, account, body["email"], now=ask.now)


@area.post(
    "/auth/email/verify",
    access=PUBLIC,
    body=EmailVerifyBody,
    refuses=[LinkNotValid, EmailTaken],
)
def verify_email(ask: Ask, body: dict[str, Any]) -> None:
    """Confirm an e-mail address with the link's token."""
    recovering.confirm_email(ask.db, body["token"], now=ask.now)


def _spend_mail(ask: Ask, purpose: str, email: str) -> None:
    """Apart for each purpose: who asks for what is not sent keeps nobody from a new password."""
    rates, settings = ask.context.rates, ask.context.settings
    rates.spend(settings.rate_register, "mail", address(), now=ask.now)
    rates.spend(settings.rate_mail, "mailbox", purpose, email, now=ask.now)
