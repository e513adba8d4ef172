"""What a charger is asked and told at boot, all of which it may refuse (chargers.md, *Set up at boot*)."""

from homecharge.domain.session_state import Status
from homecharge.services import charger_reports
from homecharge.simulator.charge_point import ChargePoint
from tests.engine.house import House, open_house, quick
from tests.engine.shaky import ShakyContainer, database_of

ONE_A_LINE_AND_ONE_A_BOOT = 2


def told(cp: ChargePoint, key: str) -> list[str]:
    """The values that a key was asked to take, in order."""
    return [f.payload["value"] for f in cp.received("ChangeConfiguration") if f.payload["key"] == key]


async def set_up(house: House) -> dict[str, object]:
    await house.until_true(lambda: bool(house.describe().capabilities))
    return house.describe().capabilities


async def test_samples_are_asked_for_every_minute(house: House) -> None:
    async with house.charge_point() as cp:
        await set_up(house)

    assert set(told(cp, "MeterValueSampleInterval")) == {"60"}


async def test_measurands_are_tried_one_by_one_because_one_unsupported_rejects_the_whole_list(house: House) -> None:
    supported = ("Energy.Active.Import.Register", "Current.Import")
    async with house.charge_point(behaviour=quick(supported_measurands=supported)) as cp:
        known = await set_up(house)

        taken = cp.configuration.value("MeterValuesSampledData")

    assert taken == "Energy.Active.Import.Register,Current.Import"
    assert told(cp, "MeterValuesSampledData")[:4] == [
        "Energy.Active.Import.Register",
        "Energy.Active.Import.Register,Power.Active.Import",
        "Energy.Active.Import.Register,Current.Import",
        "Energy.Active.Import.Register,Current.Import,SoC",
    ]
    assert known["refused_settings"] == {"Power.Active.Import": "Rejected", "SoC": "Rejected"}


async def test_what_the_charger_can_do_is_read_from_its_configuration(house: House) -> None:
    configuration = {
        "SupportedFeatureProfiles": "Core, SmartCharging,RemoteTrigger",
        "ChargingScheduleAllowedChargingRateUnit": "Current",
        "ChargingScheduleMaxPeriods": "6",
        "MaxChargingProfilesInstalled": "2",
        "ConnectionTimeOut": "45",
    }
    async with house.charge_point(configuration=configuration, connectors=2):
        known = await set_up(house)

    assert known["feature_profiles"] == ["Core", "SmartCharging", "RemoteTrigger"]
    assert known["smart_charging"] is True
    assert (known["rate_unit"], known["max_periods"], known["max_profiles"]) == ("Current", 6, 2)
    assert known["connectors"] == 2


async def test_a_number_that_is_none_is_no_number(house: House) -> None:
    async with house.charge_point(configuration={"ConnectionTimeOut": "²", "NumberOfConnectors": "9" * 30}):
        known = await set_up(house)

    assert known["connectors"] is None


async def test_a_charger_that_refuses_everything_charges_all_the_same_and_it_is_noted(house: House) -> None:
    behaviour = quick(refuse_configuration=frozenset({"*"}), callerrors={"GetConfiguration": "NotSupported"})
    async with house.charge_point(behaviour=behaviour) as cp:
        known = await set_up(house)
        await cp.plug_in()
        await house.until_drawing(house.boost())

    assert known["refused_settings"] == {
        "GetConfiguration": "NotSupported",
        "MeterValueSampleInterval": "Rejected",
        "Energy.Active.Import.Register": "Rejected",
        "Power.Active.Import": "Rejected",
        "Current.Import": "Rejected",
        "SoC": "Rejected",
    }


async def test_a_configuration_that_could_not_be_read_is_asked_for_on_the_next_connection(house: House) -> None:
    async with house.charge_point(behaviour=quick(callerrors={"GetConfiguration": "InternalError"})) as cp:
        await set_up(house)
        cp.behaviour.callerrors.clear()
        await cp.drop_line(for_s=0)

        await house.until_true(lambda: "Core" in house.describe().capabilities["feature_profiles"])

    assert len(cp.sent("BootNotification")) == 1


async def test_a_boot_forgets_what_was_set_so_it_is_set_again(house: House) -> None:
    async with house.charge_point() as cp:
        await set_up(house)
        await cp.reboot()
        cp.configuration.set("MeterValueSampleInterval", "900")

        await cp.call("BootNotification", {"chargePointVendor": "Acme", "chargePointModel": "One"})
        await house.until_true(lambda: cp.configuration.value("MeterValueSampleInterval") == "60")

    assert set(told(cp, "MeterValueSampleInterval")) == {"60"}


async def test_a_charger_without_remote_trigger_is_served_by_what_it_says_itself(house: House) -> None:
    behaviour = quick(callerrors={"TriggerMessage": "NotImplemented"})
    async with house.charge_point(behaviour=behaviour) as cp:
        rejected = await house.until(house.boost(), Status.REJECTED)
        await cp.plug_in()

        recovery = await house.until_recovered(rejected)
        await house.until(recovery, Status.CHARGING)

    assert rejected.reason == "car_unplugged"


async def test_a_database_that_does_not_take_it_puts_it_off_and_loses_nothing(database_url: str) -> None:
    async with open_house(database_url, make=ShakyContainer, tick_s=0.05) as house:
        database = database_of(house.container)
        database.refused = {charger_reports.configured}
        async with house.charge_point() as cp:
            await house.until_true(lambda: len(cp.received("GetConfiguration")) > ONE_A_LINE_AND_ONE_A_BOOT)
            database.refused = ()

            known = await set_up(house)

    assert known["feature_profiles"]
    assert known["refused_settings"] == {}
