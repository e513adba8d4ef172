"""Many charge points in one process."""

from pathlib import Path

import pytest

from homecharge.simulator.behaviour import Behaviour
from homecharge.simulator.fleet import Fleet, identities, read_passwords
from tests.simulator.strict_server import StrictServer


async def test_a_fleet_boots_plugs_in_and_is_counted(server: StrictServer):
    behaviour = Behaviour(free_vend=True)
    async with Fleet(server.url, identities("CP{n:03d}", 50), server.password, behaviour=behaviour) as fleet:
        await fleet.connect()
        await fleet.each(lambda charge_point: charge_point.plug_in())
        counted = str(fleet.counters)
        await fleet.each(lambda charge_point: charge_point.unplug())

        assert (fleet.counters.connected, fleet.counters.boots, fleet.counters.starts) == (50, 50, 50)
        assert fleet.counters.stops == 50
        assert "connected=50 " in counted

    assert fleet.counters.connected == 0
    assert len(server.bodies("StartTransaction")) == 50


async def test_a_fleet_connects_at_the_rate_asked_for(server: StrictServer):
    async with Fleet(server.url, identities("CP{n}", 5), server.password) as fleet:
        loop_time = fleet.charge_points[0].charging.now
        begun = loop_time()

        await fleet.connect(per_s=50)

        assert loop_time() - begun >= 4 / 50


async def test_each_of_a_fleet_has_its_own_behaviour_and_password(server: StrictServer):
    passwords = {"A": server.password, "B": "wrong"}
    async with Fleet(server.url, ["A", "B"], passwords, reconnect=False) as fleet:
        fleet.charge_points[0].behaviour.answers["Reset"] = {"status": "Rejected"}

        await fleet.connect()

        assert (fleet.counters.connected, fleet.counters.refused_connects) == (1, 1)
        assert fleet.charge_points[1].behaviour.answers == {}


async def test_a_refused_charge_point_tries_again(server: StrictServer):
    passwords = {"A": "not yet known"}
    async with Fleet(server.url, ["A"], passwords.get, behaviour=Behaviour(reconnect_s=0.02)) as fleet:
        await fleet.connect()
        server.password = "not yet known"

        await fleet.charge_points[0].wait_connected()

        assert fleet.counters.refused_connects >= 1


@pytest.mark.parametrize("pattern", ["CP", "CP{m}", "CP{}"])
def test_a_pattern_that_names_nobody_apart_is_refused(pattern: str):
    with pytest.raises(ValueError, match=pattern.replace("{", r"\{").replace("}", r"\}")):
        identities(pattern, 2)


def test_passwords_are_read_from_a_file(tmp_path: Path):
    file = tmp_path / "passwords.csv"
    file.write_text("CP1,one\n\nCP2, two\n", encoding="utf-8")

    assert read_passwords(file) == {"CP1": "one", "CP2": "two"}


def test_a_row_that_is_no_pair_is_named(tmp_path: Path):
    file = tmp_path / "passwords.csv"
    file.write_text("CP1,one\nCP2\n", encoding="utf-8")

    with pytest.raises(ValueError, match="line 2"):
        read_passwords(file)
