"""What is looked at on a provider's card: its issuer, whether it is good, linked, listed, and what the issuer says."""

from datetime import datetime

from homecharge.domain.authorization_codes import Code
from homecharge.domain.authorization_facts import Place, Reimbursement, ReimbursementType, RoamingCard
from homecharge.domain.authorization_trace import Finding, Param, State, Step
from homecharge.domain.id_tokens import Whitelist, uid_key
from homecharge.domain.live_answers import LiveAnswer, LiveVerdict, LiveWish

_LIVE_CODES = {
    LiveVerdict.ALLOWED: Code.PROVIDER,
    LiveVerdict.BLOCKED: Code.PROVIDER_SAYS_BLOCKED,
    LiveVerdict.EXPIRED: Code.PROVIDER_SAYS_EXPIRED,
    LiveVerdict.NO_CREDIT: Code.PROVIDER_SAYS_NO_CREDIT,
    LiveVerdict.NOT_ALLOWED: Code.PROVIDER_SAYS_NOT_HERE,
    LiveVerdict.UNKNOWN: Code.UNKNOWN_CARD,
    LiveVerdict.ERROR: Code.PROVIDER_FAILED,
}


def issuer(card: RoamingCard | None) -> Finding:
    """Steps 4 and R1: a block of a provider holds for all of its cards."""
    if card is None:
        return Finding(Step.PROVIDER, State.SKIPPED, "no_card")
    if card.provider is None:
        return Finding(Step.PROVIDER, State.SKIPPED, "none")
    if card.provider.is_blocked:
        return Finding(Step.PROVIDER, State.INVALID, "blocked", Code.PROVIDER_BLOCKED, params=_issuer_params(card))
    return Finding(Step.PROVIDER, State.VALID, "open", params=_issuer_params(card))


def withdrawn(step: Step, card: RoamingCard, *, at: datetime) -> Finding | None:
    """That a card is not good any more, None while it is; one that has expired is said to have."""
    if card.is_expired(at):
        params: dict[str, Param] = _issuer_params(card) | {"expires_at": card.expires_at}
        return Finding(step, State.INVALID, "expired", Code.EXPIRED, params=params)
    if not card.is_valid:
        return Finding(step, State.INVALID, "not_valid", Code.NOT_VALID, params=_issuer_params(card))
    return None


def reimbursement(wanted: Reimbursement | None, uid: str, card: RoamingCard | None, *, at: datetime) -> Finding:
    """Step 5: the cards whose charges are paid back; roaming may be off for them."""
    step = Step.REIMBURSEMENT
    if wanted is None:
        return Finding(step, State.SKIPPED, "none")
    if not is_linked(wanted, uid, card):
        return Finding(step, State.INVALID, "not_linked", note=Code.NOT_LINKED)
    if card is None:
        return Finding(step, State.INVALID, "linked_unknown")
    return withdrawn(step, card, at=at) or Finding(step, State.VALID, "linked", Code.REIMBURSEMENT)


def is_linked(wanted: Reimbursement, uid: str, card: RoamingCard | None) -> bool:
    """Whether a location's reimbursement names a card."""
    if wanted.type is ReimbursementType.TOKEN:
        contract = card.contract_key if card is not None else None
        return contract in wanted.contract_keys or uid_key(uid) in wanted.uid_keys
    unit = card.organisation_unit if card is not None else None
    return unit is not None and unit == wanted.organisation_unit


def whitelisted(card: RoamingCard) -> Finding:
    """Step 9: whether its provider lets it charge unasked."""
    step = Step.WHITELIST
    if card.whitelist is None:
        return Finding(step, State.INVALID, "undefined")
    params: dict[str, Param] = {"whitelist": card.whitelist.value}
    if card.whitelist in {Whitelist.ALWAYS, Whitelist.ALLOWED}:
        return Finding(step, State.VALID, "listed", Code.WHITELIST, params=params)
    return Finding(step, State.SKIPPED, "ask", params=params)


def live_check(place: Place, uid: str, card: RoamingCard, live: LiveAnswer | None) -> Finding | LiveWish:
    """Step 10: what the provider says. It settles the matter, unless the provider cannot be asked."""
    step, provider = Step.LIVE_CHECK, card.provider
    if provider is None or provider.live_url is None:
        return Finding(step, State.SKIPPED, "no_address", note=Code.PROVIDER_FAILED, params=_issuer_params(card))
    if live is None:
        return LiveWish(
            provider_id=provider.id,
            live_url=provider.live_url,
            timeout_s=provider.live_timeout_s,
            uid=uid.strip(),
            token_type=card.type.value,
            location_id=place.location_id,
            charger_id=place.charger_id,
            credentials=provider.live_token,
        )
    code = _LIVE_CODES.get(live.verdict)
    params = _issuer_params(card) | {"took_ms": live.took_ms, "said": live.detail}
    if code is None:
        return Finding(step, State.TIMEOUT, live.verdict.value, note=Code.PROVIDER_SILENT, params=params)
    state = State.VALID if code.is_grant else State.INVALID
    return Finding(step, state, live.verdict.value, code, params=params)


def offline(card: RoamingCard, *, otherwise: Code) -> Finding:
    """Step 10, its end: a provider that could not be asked has allowed some cards to charge then."""
    if card.whitelist is Whitelist.ALLOWED_OFFLINE:
        return Finding(Step.OFFLINE, State.VALID, "allowed", Code.PROVIDER_AWAY, params=_issuer_params(card))
    return Finding(Step.OFFLINE, State.INVALID, "not_allowed", otherwise, params=_issuer_params(card))


def _issuer_params(card: RoamingCard) -> dict[str, Param]:
    """Whom to turn to; the sentences do without what is not known."""
    provider = card.provider
    if provider is None:
        return {}
    named: dict[str, Param] = {"provider": provider.name, "party": provider.party, "contact": provider.contact}
    return {name: value for name, value in named.items() if value is not None}
