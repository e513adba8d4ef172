"""What a charger tells of itself: boot, firmware, configuration and what it can do."""

import re
from collections.abc import Mapping
from datetime import datetime

from homecharge.domain.commands import Notification
from homecharge.domain.configuration_keys import known_key, standard_key
from homecharge.domain.masking import mask_field
from homecharge.domain.recoveries import Event
from homecharge.domain.times import rfc3339
from homecharge.domain.timing import Timing
from homecharge.ports.charger_events import Boot, Line, Origin
from homecharge.ports.units import Db
from homecharge.services.follow_ups import followed
from homecharge.services.planning import ALARMS
from homecharge.services.recoveries import recover_open, wake
from homecharge.storage.database import ring_after_commit
from homecharge.storage.queries.charger_reports import (
    change_setting,
    end_installation,
    find_configuration,
    find_firmware_status,
)
from homecharge.storage.queries.default_profiles import owe_default_profiles
from homecharge.storage.queries.lines import update_line
from homecharge.storage.queries.local_lists import owe_lists
from homecharge.storage.queries.surroundings import INSTALLING

_WAITS_FOR_CABLE = "ConnectionTimeOut"


def booted(db: Db, origin: Origin, boot: Boot) -> None:
    """BootNotification: a boot ends an installation, and sets the clock from our answer: its skew is unknown again.

    What it refused to keep, by default or of cards, it may take from now on: it may be another firmware.
    """
    is_heard = update_line(
        db,
        origin.line,
        vendor=boot.vendor,
        model=boot.model,
        firmware_version=boot.firmware_version,
        serial_number=boot.serial_number,
        booted_at=origin.at,
        clock_skew_s=None,
        refuses_default_profile=None,
        refuses_local_list=None,
    )
    if is_heard:
        end_installation(db, origin.line)
        about = {"vendor": boot.vendor, "model": boot.model, "firmware_version": boot.firmware_version}
        followed(db, origin, Notification("BootNotification", None, about))


def firmware_reported(db: Db, origin: Origin, status: str, timing: Timing) -> None:
    """FirmwareStatusNotification: while installing, nothing starts; afterwards what waited for that is tried again."""
    before = find_firmware_status(db, origin.line.charger_id)
    is_heard = update_line(db, origin.line, firmware_status=status, firmware_status_at=origin.at)
    if is_heard:
        followed(db, origin, Notification("FirmwareStatusNotification", None, {"status": status}))
    if is_heard and before == INSTALLING and status != before:
        wake(db, origin.line.charger_id, now=origin.at)
        recover_open(db, [(origin.line.charger_id, 0)], (Event.AVAILABLE_AGAIN,), timing, now=origin.at)
        ring_after_commit(db, ALARMS)


def diagnostics_reported(db: Db, origin: Origin, status: str) -> None:
    """DiagnosticsStatusNotification: how an upload goes."""
    if update_line(db, origin.line, diagnostics_status=status, diagnostics_status_at=origin.at):
        followed(db, origin, Notification("DiagnosticsStatusNotification", None, {"status": status}))


def setting_changed(db: Db, charger_id: str, key: str, value: str) -> None:
    """The charger has taken a setting from somebody else; what was read of the others stays as it was known."""
    known = find_configuration(db, charger_id)
    if known is None:
        return
    waits = {"connection_timeout_s": _whole_number(value)} if standard_key(key) == _WAITS_FOR_CABLE else {}
    change_setting(db, charger_id, {**known, known_key(key, known): mask_field(key, value)}, **waits)


def configured(
    db: Db,
    line: Line,
    learnt: Mapping[str, str | None],
    refused: Mapping[str, str],
    *,
    is_read: bool,
    now: datetime,
) -> None:
    """Keep what set-up learnt of a charger that still has this line, and what it refused.

    A configuration that was not read stays as it was known; one that never was is asked for on the next line. Only now
    the charger can be told what it is to keep by default, and the cards that it is to know.
    """
    known = find_configuration(db, line.charger_id)
    configuration = {**({} if is_read or known is None else known), **learnt}
    profiles = [
        name.strip() for name in (configuration.get("SupportedFeatureProfiles") or "").split(",") if name.strip()
    ]
    capabilities = {
        "feature_profiles": profiles,
        "smart_charging": "SmartCharging" in profiles,
        "remote_trigger": "RemoteTrigger" in profiles,
        "connectors": _whole_number(configuration.get("NumberOfConnectors")),
        "rate_unit": configuration.get("ChargingScheduleAllowedChargingRateUnit"),
        "max_periods": _whole_number(configuration.get("ChargingScheduleMaxPeriods")),
        "max_profiles": _whole_number(configuration.get("MaxChargingProfilesInstalled")),
        "refused_settings": dict(refused),
        "configured_at": rfc3339(now),
    }
    update_line(
        db,
        line,
        configuration=configuration if is_read or known is not None else None,
        capabilities=capabilities,
        connection_timeout_s=_whole_number(configuration.get(_WAITS_FOR_CABLE)),
    )
    owe_default_profiles(db, [line.charger_id], now=now)
    owe_lists(db, [line.charger_id], now=now)
    ring_after_commit(db, ALARMS)


def _whole_number(text: str | None) -> int | None:
    """A number that a charger wrote, None for anything else and for more than anybody can mean."""
    return int(text) if text is not None and re.fullmatch("[0-9]{1,9}", text) else None
