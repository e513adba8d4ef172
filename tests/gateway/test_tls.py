"""OCPP's security profile 2: TLS with Basic authentication, over a real socket."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import trustme

from homecharge.gateway.server import Gateway
from homecharge.observability.clock import SystemClock
from homecharge.observability.metrics import Metrics
from homecharge.settings import Settings
from homecharge.settings.ocpp_tls import load_ocpp_tls
from homecharge.simulator.behaviour import Behaviour
from homecharge.simulator.charge_point import ChargePoint
from homecharge.simulator.failures import ConnectFailed
from tests.fakes.charger_events import RecordingChargerEvents
from tests.gateway.charger import PASSWORD


@pytest.fixture
def ca_file(tmp_path: Path) -> Path:
    """Whom chargers trust; beside it lie the certificate and the key that it vouches for."""
    ca = trustme.CA()
    issued = ca.issue_cert("localhost")
    ca.cert_pem.write_to_path(tmp_path / "ca.pem")
    issued.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    issued.private_key_pem.write_to_path(tmp_path / "key.pem")
    return tmp_path / "ca.pem"


@pytest.fixture
async def gateway(events: RecordingChargerEvents, ca_file: Path) -> AsyncIterator[Gateway]:
    files = Settings(ocpp_tls_cert=ca_file.with_name("cert.pem"), ocpp_tls_key=ca_file.with_name("key.pem"))
    gateway = Gateway(host="localhost", port=0, tls=load_ocpp_tls(files), clock=SystemClock(), metrics=Metrics())
    await gateway.start(events)
    yield gateway
    await gateway.drain(1)


def charge_point(gateway: Gateway, scheme: str, ca_file: Path | None, *, pins_certificate: bool = False) -> ChargePoint:
    behaviour = Behaviour(ca_file=ca_file, pins_certificate=pins_certificate)
    return ChargePoint(f"{scheme}://localhost:{gateway.port}/ocpp", "CP-1", PASSWORD, behaviour=behaviour)


async def test_a_charger_that_trusts_the_certificate_is_served(
    events: RecordingChargerEvents, gateway: Gateway, ca_file: Path
) -> None:
    async with charge_point(gateway, "wss", ca_file) as cp:
        await cp.plug_in()

    assert [line.identity for line in events.opened] == ["CP-1"]
    assert events.told("booted")


async def test_a_charger_that_trusts_others_or_speaks_in_the_clear_gets_no_line(
    events: RecordingChargerEvents, gateway: Gateway, ca_file: Path
) -> None:
    for scheme, trusted in (("wss", None), ("ws", None)):
        with pytest.raises(ConnectFailed):
            await charge_point(gateway, scheme, trusted).connect()

    assert events.opened == []


async def test_a_charger_that_pins_the_certificate_trusts_it_whoever_signed_it_and_no_other(
    events: RecordingChargerEvents, gateway: Gateway, ca_file: Path, tmp_path: Path
) -> None:
    own, other = ca_file.with_name("cert.pem"), tmp_path / "other.pem"
    trustme.CA().issue_cert("localhost").cert_chain_pems[0].write_to_path(other)

    with pytest.raises(ConnectFailed):
        await charge_point(gateway, "wss", other, pins_certificate=True).connect()
    async with charge_point(gateway, "wss", own, pins_certificate=True) as cp:
        await cp.plug_in()

    assert [line.identity for line in events.opened] == ["CP-1"]
