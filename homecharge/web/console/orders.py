"""The forms that have a charger told something, as orders in OCPP's words."""

from collections.abc import Callable, Mapping
from typing import Any

from homecharge.domain.errors import Invalid
from homecharge.services.commands import Order
from homecharge.web.console.forms import text_in

LONGEST_VALUE = 500
"""OCPP 1.6 §7.3, CiString500Type: a setting's value."""


def order_of(form: Mapping[str, str]) -> Order:
    """What a form asks for. Raises Invalid."""
    make = _ORDERS.get(form.get("order", ""))
    if make is None:
        raise Invalid(errors={"order": [f"One of {', '.join(_ORDERS)}."]})
    return make(form)


def _restart(form: Mapping[str, str]) -> Order:
    return Order("Reset", {"type": text_in(form, "type") or "Soft"})


def _unlock(form: Mapping[str, str]) -> Order:
    connector = text_in(form, "connector_id", longest=4) or "1"
    if not (connector.isascii() and connector.isdigit()):
        raise Invalid(errors={"connector_id": ["A whole number."]})
    return Order("UnlockConnector", {"connectorId": int(connector)})


def _read(form: Mapping[str, str]) -> Order:
    key = text_in(form, "key", longest=50)
    payload: dict[str, Any] = {"key": [key]} if key else {}
    return Order("GetConfiguration", payload)


def _configure(form: Mapping[str, str]) -> Order:
    value = text_in(form, "value", longest=LONGEST_VALUE)
    return Order("ChangeConfiguration", {"key": text_in(form, "key", longest=50), "value": value})


_ORDERS: dict[str, Callable[[Mapping[str, str]], Order]] = {
    "restart": _restart,
    "unlock": _unlock,
    "read_configuration": _read,
    "change_configuration": _configure,
}
