"""Bounds of the whole numbers that OCPP 1.6 leaves open."""

from homecharge.gateway.rpc import CallError, ErrorCode

MAX_INT32 = 2**31 - 1
_MAX_REGISTER_WH = 2**53
UNKNOWN_TRANSACTION = -1


def connector_id(value: int) -> int:
    """A connector: 0 is the whole charger. Raises CallError for one that no charger can have."""
    if not 0 <= value <= MAX_INT32:
        raise CallError(ErrorCode.PROPERTY_CONSTRAINT_VIOLATION, "/connectorId is out of range")
    return value


def charging_connector_id(value: int) -> int:
    """The connector that a car charges at (OCPP 1.6 §6.45: connectorId > 0). Raises CallError for the whole charger."""
    if value == 0:
        raise CallError(ErrorCode.PROPERTY_CONSTRAINT_VIOLATION, "/connectorId 0 is the whole charger")
    return connector_id(value)


def register_wh(value: int, *, name: str) -> int:
    """A meter register. Raises CallError for a figure beyond any meter."""
    if abs(value) > _MAX_REGISTER_WH:
        raise CallError(ErrorCode.PROPERTY_CONSTRAINT_VIOLATION, f"/{name} is out of range")
    return value


def transaction_id(value: int) -> int:
    """A transaction id; one that we cannot have given is `UNKNOWN_TRANSACTION`, as many chargers write it."""
    return value if 0 <= value <= MAX_INT32 else UNKNOWN_TRANSACTION


def reservation_id(value: int | None) -> int | None:
    """A reservation; one that we cannot have made is none."""
    return value if value is not None and 0 <= value <= MAX_INT32 else None
