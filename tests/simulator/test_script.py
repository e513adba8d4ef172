"""The little language of `homecharge simulate`: what it does, and how it says what is wrong."""

import pytest

from homecharge.simulator.charge_point import ChargePoint
from homecharge.simulator.script import ScriptError, describe_steps, parse_script, run_script
from homecharge.simulator.steps import STEPS
from tests.simulator.strict_server import StrictServer


async def run(charge_point: ChargePoint, text: str) -> None:
    await run_script(charge_point, parse_script(text))


async def test_a_script_plays_a_whole_charge(server: StrictServer, cp: ChargePoint):
    script = """
    plug; card CARD1        # the driver comes home
    until Charging 5; wait 5ms; full; until suspendedev
    draws; hold; let-go; sample
    unplug
    """

    await run(cp, script)

    assert [name for name in server.actions() if "Transaction" in name] == ["StartTransaction", "StopTransaction"]
    assert server.bodies("MeterValues")
    assert cp.state().status == "Available"


async def test_a_script_breaks_and_mends_things(server: StrictServer, cp: ChargePoint):
    await run(
        cp, "fault groundfailure; clear; unavailable; available; drop 10ms; wait 0.1; power-cut; connect; reboot hard"
    )

    assert [body["errorCode"] for body in server.bodies("StatusNotification")].count("GroundFailure") == 1
    assert len(server.bodies("BootNotification")) == 3


async def test_a_script_replays_late_messages(server: StrictServer, cp: ChargePoint):
    await run(cp, "replay-twice on; disconnect; plug; start CARD; unplug; connect; replay")

    assert len(server.bodies("StopTransaction")) == 3


async def test_a_script_turns_every_switch(cp: ChargePoint):
    await run(
        cp,
        """free-vend on; refuse on; callerror on; nothing on; refuse-stop on; ignore-stop on; authorize on; mute on
        samples off; zero-power on; replay-twice on; soc 40; unit kwh; skew -3600; start-delay 2; answer-delay 1s
        other-tag X; power 0; register 7; dead 1ms
        local-list on; list-answer failed; lose-list; cache on; reservations on; reserve-answer occupied; firmware on
        firmware-fails downloadfailed; upload-fails on; stage 2s; unlock-answer unlockfailed; refuse-availability on
        vendor acme; vendor acme echo; configure LocalPreAuthorize true""",
    )

    behaviour = cp.behaviour
    assert (behaviour.free_vend, behaviour.mute, behaviour.samples, behaviour.unit) == (True, True, False, "kWh")
    assert (behaviour.clock_skew_s, behaviour.answer_delays_s, behaviour.other_tag) == (-3600, {"*": 1}, "X")
    assert cp.state().register_wh == 7
    assert (behaviour.local_list, behaviour.reservations, behaviour.firmware) == (True, True, True)
    assert (behaviour.local_list_answer, behaviour.reservation_answer) == ("Failed", "Occupied")
    assert (behaviour.firmware_failure, behaviour.unlock_answer) == ("DownloadFailed", "UnlockFailed")
    assert behaviour.vendors == {"acme": {"", "echo"}}
    assert cp.configuration.is_on("LocalPreAuthorize")


async def test_a_script_sends_anything(server: StrictServer, cp: ChargePoint):
    server.answers["DataTransfer"] = lambda _: {"status": "Accepted"}
    await run(cp, 'send DataTransfer {"vendorId": "a b"}; data acme hello you; raw no json')
    await server.until(lambda: server.raw)

    told = {"vendorId": "acme", "messageId": "hello", "data": "you"}
    assert server.bodies("DataTransfer") == [{"vendorId": "a b"}, told]
    assert server.raw == ["no json"]


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("plug; plgu", "step 2 “plgu”: there is no step “plgu”; did you mean “plug”?"),
        ("xyzzy", "step 1 “xyzzy”: there is no step “xyzzy”; --help lists the steps"),
        ("wait", "step 1 “wait”: takes 1 arguments, not 0"),
        ("wait soon", "“soon” is no duration"),
        ("fault Smoke", "“Smoke” is none of ConnectorLockFailure"),
        ("plug one", "“one” is no whole number from 0 up"),
        ("refuse yes", "“yes” is none of on, off"),
        ("until Happy", "“Happy” is none of Available"),
        ("send Heartbeat {", "the payload is no JSON"),
        ("plug 1 2", "takes 0 to 1 arguments, not 2"),
        ("connect now", "takes 0 arguments, not 1"),
        ("raw", "takes the text of the frame"),
        ("send", "takes an action"),
    ],
)
def test_a_step_that_makes_no_sense_is_named(script: str, message: str):
    with pytest.raises(ScriptError) as error:
        parse_script(script)

    assert message in str(error.value)


async def test_a_step_that_fails_is_named(cp: ChargePoint):
    with pytest.raises(ScriptError, match="step 2 “until Charging 10ms”: connector 1 is still Preparing"):
        await run(cp, "plug; until Charging 10ms")
    with pytest.raises(ScriptError, match="step 1 “plug 4”: there is no connector 4"):
        await run(cp, "plug 4")


def test_every_step_is_described():
    described = describe_steps()

    assert all(f"  {name} " in described for name in STEPS)
    assert len(described.splitlines()) == len(STEPS)
