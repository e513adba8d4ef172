"""`IdTagInfo` (OCPP 1.6 §7.27): the answer for an id token, in the five words that 1.6 has (authorization.md)."""

from ocpp.v16.enums import AuthorizationStatus

from homecharge.domain.authorization_codes import Code
from homecharge.gateway.rpc import Payload
from homecharge.gateway.v16.instants import write_instant
from homecharge.ports.charger_events import TagVerdict

_SAID = {
    Code.EXPIRED: AuthorizationStatus.expired,
    Code.LOCAL_NOT_VALID: AuthorizationStatus.blocked,
    Code.PROVIDER_BLOCKED: AuthorizationStatus.blocked,
    Code.PROVIDER_SAYS_BLOCKED: AuthorizationStatus.blocked,
    Code.PROVIDER_SAYS_EXPIRED: AuthorizationStatus.expired,
    Code.PROVIDER_SAYS_NO_CREDIT: AuthorizationStatus.blocked,
    Code.CHARGING_ELSEWHERE: AuthorizationStatus.concurrent_tx,
}
"""Refusals that are more than Invalid."""


def id_tag_info(verdict: TagVerdict) -> Payload:
    """The verdict as it goes on the wire."""
    info: Payload = {"status": status_of(verdict).value}
    if verdict.expires_at is not None:
        info["expiryDate"] = write_instant(verdict.expires_at)
    if verdict.parent_id_tag is not None:
        info["parentIdTag"] = verdict.parent_id_tag
    return info


def status_of(verdict: TagVerdict) -> AuthorizationStatus:
    """The word for a verdict; a plain refusal is Invalid, whatever its kind, save ConcurrentTx."""
    if verdict.code.is_grant:
        return AuthorizationStatus.accepted
    status = _SAID.get(verdict.code, AuthorizationStatus.invalid)
    is_kept = not verdict.is_plain or status is AuthorizationStatus.concurrent_tx
    return status if is_kept else AuthorizationStatus.invalid
