"""The vocabulary of simulator scripts: what each step takes and does."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import get_args

import orjson

from homecharge.simulator.arguments import Words, check_count, number, one_of, seconds
from homecharge.simulator.behaviour import Unit
from homecharge.simulator.charge_point import ChargePoint
from homecharge.simulator.connector import ErrorCode, Status

Action = Callable[[ChargePoint], Awaitable[object]]
Parse = Callable[[Words], Action]
UNTIL_S = 60.0
FAULTS: Words = get_args(ErrorCode)


@dataclass(frozen=True, slots=True)
class Step:
    """One word of the language: `parse` turns what follows it into an action, or raises ValueError in words."""

    takes: str
    meaning: str
    parse: Parse


def _at_connector(act: Callable[[ChargePoint, int], Awaitable[object]], *, default: int = 1) -> Parse:
    def parse(words: Words) -> Action:
        check_count(words, 0, 1)
        connector = number(words[0]) if words else default
        return lambda charge_point: act(charge_point, connector)

    return parse


def _word_at_connector(act: Callable[[ChargePoint, str, int], Awaitable[object]], allowed: Words = ()) -> Parse:
    def parse(words: Words) -> Action:
        check_count(words, 1, 2)
        word = one_of(words[0], allowed) if allowed else words[0]
        connector = number(words[1]) if len(words) > 1 else 1
        return lambda charge_point: act(charge_point, word, connector)

    return parse


def _plain(act: Action) -> Parse:
    def parse(words: Words) -> Action:
        check_count(words, 0, 0)
        return act

    return parse


def _perhaps_for(act: Callable[[ChargePoint, float | None], Awaitable[object]]) -> Parse:
    def parse(words: Words) -> Action:
        check_count(words, 0, 1)
        for_s = seconds(words[0]) if words else None
        return lambda charge_point: act(charge_point, for_s)

    return parse


def _set(field: str, read: Callable[[str], object]) -> Parse:
    def parse(words: Words) -> Action:
        check_count(words, 1, 1)
        value = read(words[0])

        async def act(charge_point: ChargePoint) -> None:
            setattr(charge_point.behaviour, field, value)

        return act

    return parse


def _switch(field: str) -> Parse:
    return _set(field, lambda word: one_of(word, ("on", "off")) == "on")


def _wait(words: Words) -> Action:
    check_count(words, 1, 1)
    duration_s = seconds(words[0])
    return lambda _: asyncio.sleep(duration_s)


def _until(words: Words) -> Action:
    check_count(words, 1, 2)
    status = one_of(words[0], get_args(Status))
    within_s = seconds(words[1]) if len(words) > 1 else UNTIL_S
    return lambda charge_point: charge_point.until_status(status, within_s=within_s)


def _dead(words: Words) -> Action:
    check_count(words, 0, 1)
    for_s = seconds(words[0]) if words else None

    async def act(charge_point: ChargePoint) -> None:
        charge_point.go_dead()
        if for_s is not None:
            await asyncio.sleep(for_s)
            charge_point.come_alive()

    return act


def _power(words: Words) -> Action:
    check_count(words, 1, 1)
    power_w = number(words[0])
    return lambda charge_point: charge_point.set_power(power_w)


def _register(words: Words) -> Action:
    check_count(words, 0, 1)
    register_wh = number(words[0]) if words else 0
    return lambda charge_point: charge_point.reset_register(register_wh)


def _reboot(words: Words) -> Action:
    check_count(words, 0, 1)
    hard = bool(words) and one_of(words[0], ("soft", "hard")) == "hard"
    return lambda charge_point: charge_point.reboot(hard=hard)


def _send(words: Words) -> Action:
    if not words:
        raise ValueError("takes an action and perhaps its payload as JSON")
    try:
        payload = orjson.loads(" ".join(words[1:]) or "{}")
    except orjson.JSONDecodeError as error:
        raise ValueError(f"the payload is no JSON: {error}") from None
    return lambda charge_point: charge_point.call(words[0], payload)


def _raw(words: Words) -> Action:
    if not words:
        raise ValueError("takes the text of the frame")
    return lambda charge_point: charge_point.send_raw(" ".join(words))


def _configure(words: Words) -> Action:
    check_count(words, 2, 2)
    key, value = words

    async def act(charge_point: ChargePoint) -> None:
        charge_point.configuration.set(key, value)

    return act


def _data(words: Words) -> Action:
    check_count(words, 1, 3)
    return lambda charge_point: charge_point.transfer_data(*words)


def _vendor(words: Words) -> Action:
    check_count(words, 1, 2)
    vendor, *messages = words

    async def act(charge_point: ChargePoint) -> None:
        known = charge_point.behaviour.vendors.get(vendor, frozenset({""}))
        charge_point.behaviour.vendors[vendor] = known | set(messages)

    return act


async def _lose_list(charge_point: ChargePoint) -> None:
    charge_point.cards.local_list.forget()


def _one_or_off(*allowed: str) -> Callable[[str], str | None]:
    return lambda word: None if word == "off" else one_of(word, allowed)


def _tag_or_off(word: str) -> str | None:
    return None if word == "off" else word


AT = "[CONNECTOR]"
STEPS: dict[str, Step] = {
    "plug": Step(AT, "plug the car in", _at_connector(ChargePoint.plug_in)),
    "unplug": Step(AT, "pull the cable", _at_connector(ChargePoint.unplug)),
    "full": Step(AT, "the battery is full: SuspendedEV", _at_connector(ChargePoint.battery_full)),
    "draws": Step(AT, "the car draws again", _at_connector(ChargePoint.car_draws)),
    "hold": Step(AT, "withhold energy: SuspendedEVSE", _at_connector(ChargePoint.hold_back)),
    "let-go": Step(AT, "end hold", _at_connector(ChargePoint.let_go)),
    "card": Step(f"TAG {AT}", "hold a card to the reader", _word_at_connector(ChargePoint.present_card)),
    "start": Step(f"TAG {AT}", "begin a transaction unasked", _word_at_connector(ChargePoint.start_transaction)),
    "stop": Step(AT, "press stop", _at_connector(ChargePoint.press_stop)),
    "fault": Step(f"CODE {AT}", "break down (GroundFailure…)", _word_at_connector(ChargePoint.fault, FAULTS)),
    "clear": Step(AT, "clear the fault", _at_connector(ChargePoint.clear_fault)),
    "unavailable": Step(AT, "out of service (0: all)", _at_connector(ChargePoint.set_unavailable, default=0)),
    "available": Step(AT, "back in service", _at_connector(ChargePoint.set_available, default=0)),
    "sample": Step(AT, "send MeterValues now", _at_connector(ChargePoint.sample)),
    "replay": Step(AT, "report the last transaction again", _at_connector(ChargePoint.replay)),
    "drop": Step(
        "[SECONDS]", "lose the line; back after SECONDS", _perhaps_for(lambda cp, for_s: cp.drop_line(for_s=for_s))
    ),
    "dead": Step("[SECONDS]", "half-open line: nothing in, nothing out", _dead),
    "disconnect": Step("", "close the line and stay away", _plain(ChargePoint.disconnect)),
    "connect": Step("", "connect again", _plain(ChargePoint.connect)),
    "reboot": Step("[soft|hard]", "restart", _reboot),
    "power-cut": Step(
        "[SECONDS]",
        "lose power and queue; back after SECONDS",
        _perhaps_for(lambda cp, for_s: cp.power_cut(for_s=for_s)),
    ),
    "power": Step("WATTS", "what the car draws; 0 is nothing", _power),
    "register": Step("[WH]", "set the meter's register", _register),
    "soc": Step("PERCENT", "state of charge in samples", _set("soc_percent", lambda word: float(number(word)))),
    "unit": Step("UNIT", "Wh, kWh or alternating", _set("unit", lambda word: one_of(word, get_args(Unit)))),
    "skew": Step("SECONDS", "set the clock ahead", _set("clock_skew_s", lambda word: float(number(word, -(10**6))))),
    "start-delay": Step("SECONDS", "from RemoteStart's answer to the start", _set("start_delay_s", seconds)),
    "answer-delay": Step("SECONDS", "before every answer", _set("answer_delays_s", lambda word: {"*": seconds(word)})),
    "other-tag": Step("TAG|off", "start with this tag instead", _set("other_tag", _tag_or_off)),
    "free-vend": Step("on|off", "start by itself at plug-in", _switch("free_vend")),
    "refuse": Step("on|off", "refuse remote starts", _switch("refuse_remote_start")),
    "callerror": Step("on|off", "CALLERROR to remote starts", _switch("callerror_on_remote_start")),
    "nothing": Step("on|off", "accept remote starts, do nothing", _switch("accept_and_do_nothing")),
    "refuse-stop": Step("on|off", "refuse remote stops", _switch("refuse_remote_stop")),
    "ignore-stop": Step("on|off", "accept remote stops, go on", _switch("ignore_remote_stop")),
    "authorize": Step("on|off", "Authorize before remote starts", _switch("authorize_remote")),
    "smart": Step("on|off", "have Smart Charging", _switch("smart_charging")),
    "refuse-profiles": Step("on|off", "refuse charging profiles", _switch("refuse_profiles")),
    "zero-ends": Step("on|off", "end the transaction at limit 0", _switch("zero_limit_ends_transaction")),
    "local-list": Step("on|off", "have a local list of cards", _switch("local_list")),
    "list-answer": Step(
        "STATUS|off",
        "answer to SendLocalList (Failed…)",
        _set("local_list_answer", _one_or_off("Failed", "NotSupported", "VersionMismatch")),
    ),
    "lose-list": Step("", "forget the local list", _plain(_lose_list)),
    "cache": Step("on|off", "have an authorization cache", _switch("authorization_cache")),
    "reservations": Step("on|off", "have Reservation", _switch("reservations")),
    "reserve-answer": Step(
        "STATUS|off",
        "answer to ReserveNow (Occupied…)",
        _set("reservation_answer", _one_or_off("Faulted", "Occupied", "Rejected", "Unavailable")),
    ),
    "firmware": Step("on|off", "have Firmware Management", _switch("firmware")),
    "firmware-fails": Step(
        "STATUS|off",
        "how updates fail (DownloadFailed…)",
        _set("firmware_failure", _one_or_off("DownloadFailed", "InstallationFailed")),
    ),
    "upload-fails": Step("on|off", "diagnostics never arrive", _switch("upload_fails")),
    "stage": Step("SECONDS", "simulated, of each stage of an update", _set("stage_s", seconds)),
    "unlock-answer": Step(
        "STATUS",
        "answer to UnlockConnector",
        _set("unlock_answer", lambda word: one_of(word, ("Unlocked", "UnlockFailed", "NotSupported"))),
    ),
    "refuse-availability": Step("on|off", "refuse ChangeAvailability", _switch("refuse_availability")),
    "vendor": Step("ID [MESSAGE]", "take DataTransfers of a vendor", _vendor),
    "data": Step("ID [MESSAGE [TEXT]]", "send a DataTransfer", _data),
    "configure": Step("KEY VALUE", "set a configuration key here", _configure),
    "mute": Step("on|off", "answer no CALL", _switch("mute")),
    "samples": Step("on|off", "send MeterValues", _switch("samples")),
    "zero-power": Step("on|off", "the Power measurand is stuck at 0", _switch("power_stuck_at_zero")),
    "replay-twice": Step("on|off", "replay offline messages twice", _switch("replay_twice")),
    "send": Step("ACTION [JSON]", "send any CALL", _send),
    "raw": Step("TEXT", "send any frame", _raw),
    "wait": Step("SECONDS", "let time pass: 5, 0.5, 500ms, 2m", _wait),
    "until": Step("STATUS [SECONDS]", "wait for a status of connector 1", _until),
}
