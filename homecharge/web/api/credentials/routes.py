"""Change a password; see and end log-ins."""

from typing import Any

from homecharge.domain.passwords import REFUSALS
from homecharge.services import accounts, changing_passwords, devices
from homecharge.services.access_tokens import BadCredentials
from homecharge.web.api.credentials.schemas import PasswordChangeBody, SignedInDevice
from homecharge.web.auth import SIGNED_IN
from homecharge.web.context import Ask
from homecharge.web.limits import TooManyAttempts
from homecharge.web.operations import Area
from homecharge.web.paging import keyset
from homecharge.web.schemas import PageQuery, page_of

area = Area("credentials", "Passwords, and the devices you are signed in on.")


@area.post(
    "/auth/password/change",
    access=SIGNED_IN,
    body=PasswordChangeBody,
    refuses=[BadCredentials, TooManyAttempts, *REFUSALS],
)
def change_password(ask: Ask, body: dict[str, Any]) -> None:
    """Change your password.

    Every other device is signed out; this one stays signed in. Links for a new password or to another address work no
    more, and a mail says that the password was changed.
    """
    caller, passwords = ask.caller, ask.context.passwords
    with ask.peek() as db:
        known = accounts.get_own_credentials(db, caller.account_id)
    with ask.context.rates.count_failures(ask.context.settings.rate_login, "password", caller.account_id, now=ask.now):
        accounts.check_password(known, body["current_password"], passwords=passwords)
    chosen = passwords.choose(body["new_password"], about=known.about, field="new_password")
    changing_passwords.change_password(ask.db, caller, known=known, password_hash=chosen, now=ask.now)


@area.get("/auth/devices", access=SIGNED_IN, query=PageQuery, answer=page_of(SignedInDevice))
def list_devices(ask: Ask, query: dict[str, Any]) -> object:
    """List where you are signed in, the newest log-in first."""
    return devices.list_devices(ask.db, ask.caller, keyset(query), now=ask.now)


@area.delete("/auth/devices", access=SIGNED_IN)
def sign_out_others(ask: Ask) -> None:
    """Sign every other device out."""
    devices.sign_out_others(ask.db, caller=ask.caller, now=ask.now)


@area.delete("/auth/devices/<id:device_id>", access=SIGNED_IN)
def sign_out_device(ask: Ask, device_id: str) -> None:
    """Sign a device out.

    Its access and refresh tokens are refused from now on (`token_revoked`).
    """
    devices.sign_out(ask.db, device_id, caller=ask.caller, now=ask.now)
