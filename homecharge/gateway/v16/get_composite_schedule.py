"""GetCompositeSchedule (OCPP 1.6 §5.7): please say what all your limits together come to."""

from decimal import Decimal

from ocpp.v16.enums import GetCompositeScheduleStatus

from homecharge.domain.charging_profiles import ProfilePeriod
from homecharge.gateway.dialect import Answer, Outbound
from homecharge.gateway.rpc import Payload
from homecharge.gateway.v16.instants import read_instant
from homecharge.ports.charger_link import CompositeSchedule, GetCompositeSchedule


def _write(command: GetCompositeSchedule) -> Payload:
    payload: Payload = {"connectorId": command.connector_id, "duration": command.duration_s}
    if command.unit is not None:
        payload["chargingRateUnit"] = command.unit.value
    return payload


def _read(payload: Payload) -> Answer:
    status, schedule = payload["status"], payload.get("chargingSchedule")
    is_agreed = status == GetCompositeScheduleStatus.accepted.value
    return Answer(is_agreed=is_agreed, status=status, schedule=_schedule(payload, schedule) if schedule else None)


def _schedule(payload: Payload, schedule: Payload) -> CompositeSchedule:
    start = payload.get("scheduleStart") or schedule.get("startSchedule")
    return CompositeSchedule(
        starts_at=read_instant(start) if start else None,
        unit=schedule["chargingRateUnit"],
        periods=tuple(
            ProfilePeriod(period["startPeriod"], Decimal(str(period["limit"])))
            for period in schedule["chargingSchedulePeriod"]
        ),
    )


MESSAGE = Outbound("GetCompositeSchedule", GetCompositeSchedule, _write, _read)
