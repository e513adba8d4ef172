"""Operators' commands (OCPP 1.6 §5): any that a central system may send, with the payload as it was given.

Those that we send ourselves go first or wait as ours do, and their answers mean the same. The rest are here.
"""

import dataclasses
from collections.abc import Iterable

from ocpp.v16.enums import (
    CancelReservationStatus,
    DataTransferStatus,
    ReservationStatus,
    UpdateStatus,
)

from homecharge.gateway.dialect import Answer, Outbound, status_answer
from homecharge.gateway.rpc import Payload
from homecharge.ports.charger_link import OperatorCommand


def _write(command: OperatorCommand) -> Payload:
    return dict(command.payload)


def _agree(_: Payload) -> Answer:
    return Answer(is_agreed=True)


_OPERATORS_ONLY = (
    Outbound("CancelReservation", OperatorCommand, _write, status_answer(CancelReservationStatus.accepted.value)),
    Outbound("DataTransfer", OperatorCommand, _write, status_answer(DataTransferStatus.accepted.value)),
    Outbound("GetDiagnostics", OperatorCommand, _write, _agree),
    Outbound("GetLocalListVersion", OperatorCommand, _write, _agree),
    Outbound("ReserveNow", OperatorCommand, _write, status_answer(ReservationStatus.accepted.value)),
    Outbound("SendLocalList", OperatorCommand, _write, status_answer(UpdateStatus.accepted.value)),
    Outbound("UpdateFirmware", OperatorCommand, _write, _agree),
)


def operator_commands(ours: Iterable[Outbound]) -> tuple[Outbound, ...]:
    """How operators' commands are sent: `ours`, by their action, and what only operators send."""
    as_given = (dataclasses.replace(message, command=OperatorCommand, write=_write) for message in ours)
    return (*_OPERATORS_ONLY, *as_given)
