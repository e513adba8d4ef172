"""Reset a password and confirm or change an e-mail address, by links that work once."""

from datetime import datetime

from homecharge.domain.accounts import Account
from homecharge.domain.auditing import Target
from homecharge.domain.mails import LIFETIMES, MailKind
from homecharge.domain.notification_preferences import Channel
from homecharge.ports.units import Db
from homecharge.services.accounts import EmailTaken, get_account
from homecharge.services.auditing import note
from homecharge.services.disabling_webhooks import disable_all
from homecharge.services.mails import LinkNotValid, get_link, use_link
from homecharge.storage.queries import accounts, mails
from homecharge.storage.queries.tokens import revoke_families

_RESETS = frozenset({MailKind.RESET_PASSWORD})
_CONFIRMS = frozenset({MailKind.VERIFY_EMAIL, MailKind.CHANGE_EMAIL})


def ask_for_reset(db: Db, email: str, *, now: datetime) -> None:
    """Mail a link to whoever has the normalised address; the same is written where nobody has it."""
    mails.add_mail(db, MailKind.RESET_PASSWORD, email, account_id=None, now=now)


def account_to_reset(db: Db, token: str, *, now: datetime) -> Account:
    """Whose password a link is for; raises LinkNotValid."""
    return get_account(db, get_link(db, token, _RESETS, now=now).account_id)


def reset_password(db: Db, token: str, *, password_hash: str, channels: frozenset[Channel], now: datetime) -> None:
    """Set the password, end every log-in and every other link, and tell the person; raises LinkNotValid.

    Webhooks are switched off, too: the account may have been in other hands.
    """
    link = use_link(db, token, _RESETS, now=now)
    account = get_account(db, link.account_id, for_update=True)
    if account.email != link.email:
        raise LinkNotValid
    accounts.set_password(db, account.id, password_hash)
    accounts.confirm_email(db, account.id, now=now)
    revoke_families(db, account.id, save=None, now=now)
    disable_all(db, account.id, channels, now=now)
    mails.remove_links(db, account.id, LIFETIMES)
    mails.add_mail(db, MailKind.PASSWORD_CHANGED, account.email, account_id=account.id, now=now)
    note(db, "account.password_reset", actor_id=account.id, target=Target("account", account.id), now=now)


def ask_to_confirm(db: Db, account: Account, email: str, *, now: datetime) -> None:
    """Mail a link to a normalised address, the present one or the one to be; nothing changes before it is used."""
    kind = MailKind.VERIFY_EMAIL if email == account.email else MailKind.CHANGE_EMAIL
    mails.add_mail(db, kind, email, account_id=account.id, now=now)


def confirm_email(db: Db, token: str, *, now: datetime) -> None:
    """The address behind a link is the person's; raises LinkNotValid, or EmailTaken if somebody was quicker."""
    link = use_link(db, token, _CONFIRMS, now=now)
    account = get_account(db, link.account_id, for_update=True)
    if link.kind is MailKind.VERIFY_EMAIL:
        if account.email != link.email:
            raise LinkNotValid
        accounts.confirm_email(db, account.id, now=now)
        return
    if not accounts.change_email(db, account.id, link.email, now=now):
        raise EmailTaken
    mails.remove_links(db, account.id, LIFETIMES)
    mails.add_mail(db, MailKind.EMAIL_CHANGED, account.email, account_id=account.id, now=now)
    note(db, "account.email_changed", actor_id=account.id, target=Target("account", account.id), now=now)
