"""Change a password: whoever knew the old one, on any other device or with a link that they asked for, is out."""

from datetime import datetime

from homecharge.domain.accounts import Caller
from homecharge.domain.auditing import Target
from homecharge.domain.mails import LIFETIMES, MailKind
from homecharge.ports.units import Db
from homecharge.services.access_tokens import BadCredentials
from homecharge.services.accounts import Credentials, get_account, get_own_credentials
from homecharge.services.auditing import note
from homecharge.storage.queries import mails
from homecharge.storage.queries.accounts import set_password
from homecharge.storage.queries.tokens import revoke_families

_ENDED = LIFETIMES.keys() - {MailKind.VERIFY_EMAIL}
"""A link to another address was asked for with the old password; one to the present address does no harm."""


def change_password(db: Db, caller: Caller, *, known: Credentials, password_hash: str, now: datetime) -> None:
    """Set a new password, end every other log-in and what links could still change, and tell the person.

    The caller's log-in goes on, and so does a link that confirms the present address.

    `known` is what the present password was checked against. Raises BadCredentials where that has been changed
    meanwhile: of two changes at a time, one counts.
    """
    account = get_account(db, caller.account_id, for_update=True)
    if get_own_credentials(db, caller.account_id) != known:
        raise BadCredentials
    set_password(db, caller.account_id, password_hash)
    revoke_families(db, caller.account_id, save=caller.family_id, now=now)
    mails.remove_links(db, account.id, _ENDED)
    mails.add_mail(db, MailKind.PASSWORD_CHANGED, account.email, account_id=account.id, now=now)
    target = Target("account", caller.account_id)
    note(db, "account.password_changed", actor_id=caller.account_id, target=target, now=now)
