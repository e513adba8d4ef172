"""A password given at the door, of the API or of the console: whether it is right, how often one may guess."""

from homecharge.services import accounts, agent_log_ins, devices
from homecharge.services.access_tokens import BadCredentials
from homecharge.web.context import Ask
from homecharge.web.limits import count_failed_log_ins, network_digest


def check_password(ask: Ask, email: str, password: str, *, device: str | None) -> str:
    """The account's id. Raises BadCredentials, which is counted, and noted for an agent's account; TooManyAttempts."""
    context = ask.context
    with ask.peek() as db:
        credentials = accounts.get_credentials(db, email)
        is_known = devices.is_known_network(db, credentials.account_id or "", network_of(ask))
    try:
        with count_failed_log_ins(context.rates, context.settings, email=email, is_known=is_known, now=ask.now):
            return accounts.check_password(credentials, password, passwords=context.passwords)
    except BadCredentials:  # counted by now, whether or not it can be noted
        with context.units.write(request_id=ask.request_id) as db:  # for whoever it is; an agent's has a row more
            agent_log_ins.note_failure(db, credentials.account_id or "", device=device, now=ask.now)
        raise


def network_of(ask: Ask) -> str:
    """The address that it comes from, to be known again."""
    return network_digest(ask.context.secret_key)
