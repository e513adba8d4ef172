"""What a charger's connectors say against a start; only a status of the present connection counts (rejections.md)."""

from datetime import datetime

from homecharge.domain.charger_state import ConnectorState, ConnectorStatus
from homecharge.domain.facts import Facts
from homecharge.domain.rejections import Category, Code, Evidence, Rejection

FULL_PERCENT = 100


def connector_reasons(facts: Facts) -> list[Rejection]:
    """Faulted, out of service, unplugged or full: every one of them that holds."""
    found = [charger_faulted(facts), charger_unavailable(facts), car_unplugged(facts), battery_known_full(facts)]
    return [reason for reason in found if reason is not None]


def charger_faulted(facts: Facts) -> Rejection | None:
    """The connector, or the charger as a whole, reports a fault."""
    for connector in (facts.fresh, facts.fresh_station):
        if connector is not None and connector.status is ConnectorStatus.FAULTED:
            error, said = connector.error_code, status_evidence(connector)
            told = (said, Evidence(at=said.at, fact="error_code", value=error, source="charger")) if error else (said,)
            return Rejection(
                code=Code.CHARGER_FAULTED,
                params={"error_code": error, "since": _since(connector)},
                evidence=told,
            )
    return None


def charger_unavailable(facts: Facts) -> Rejection | None:
    """Out of service, reserved for somebody else, or busy with new firmware."""
    variants = {ConnectorStatus.UNAVAILABLE: "unavailable", ConnectorStatus.RESERVED: "reserved"}
    for connector in (facts.fresh, facts.fresh_station):
        if connector is not None and connector.status in variants:
            return Rejection(
                code=Code.CHARGER_UNAVAILABLE,
                variant=variants[connector.status],
                params={"since": _since(connector)},
                evidence=(status_evidence(connector),),
            )
    charger = facts.charger
    if charger.connected_at is not None and charger.installing_firmware:
        at = charger.last_seen_at or charger.connected_at
        installing = Evidence(at=at, fact="firmware_status", value="Installing", source="charger")
        return Rejection(code=Code.CHARGER_UNAVAILABLE, variant="firmware", evidence=(installing,))
    return None


def car_unplugged(facts: Facts) -> Rejection | None:
    """Available means nothing is plugged in; anything else is worth a try (rejections.md, *Status at the due time*)."""
    connector = facts.fresh
    if connector is None or connector.status is not ConnectorStatus.AVAILABLE or facts.transaction is not None:
        return None
    return Rejection(
        code=Code.CAR_UNPLUGGED,
        params={"since": _since(connector)},
        evidence=(status_evidence(connector),),
    )


def battery_known_full(facts: Facts) -> Rejection | None:
    """Known, not guessed: a state of charge at its target, or a car that stopped by itself during this plug-in.

    Both count only where the present connection has lasted since: the car may have been replugged while nobody looked.
    """
    connector = facts.fresh
    if connector is None or connector.status is ConnectorStatus.AVAILABLE or _is_draw_recovery(facts):
        return None
    percent, soc_at, full_at = connector.soc_percent, connector.soc_at, connector.full_at
    if percent is not None and percent >= FULL_PERCENT and soc_at is not None and facts.is_of_this_line(soc_at):
        fact = Evidence(at=soc_at, fact="state_of_charge", value=percent, source="charger")
        return Rejection(
            code=Code.BATTERY_FULL,
            variant="soc",
            category=Category.SATISFIED,
            params={"percent": percent},
            evidence=(fact,),
        )
    if full_at is None or not facts.is_of_this_line(full_at):
        return None
    fact = Evidence(at=full_at, fact="car_stopped_drawing", value=None, source="charger")
    return Rejection(
        code=Code.BATTERY_FULL,
        variant="known",
        category=Category.SATISFIED,
        params={"since": full_at},
        evidence=(fact, status_evidence(connector)),
    )


def _is_draw_recovery(facts: Facts) -> bool:
    return facts.recovers is not None and facts.recovers.reason is Code.BATTERY_FULL


def _since(connector: ConnectorState) -> datetime | None:
    """When it became what it is: a warning knows by it whether that was mended meanwhile (`domain.warnings`)."""
    return connector.changed_at or connector.reported_at


def status_evidence(connector: ConnectorState) -> Evidence:
    """A status with the instant it was reported; of a connector that has reported one."""
    assert connector.reported_at is not None  # noqa: S101 - callers looked
    return Evidence(
        at=connector.reported_at,
        fact="connector_status",
        value=connector.status.value,
        source="charger",
        message_id=connector.message_id,
    )
