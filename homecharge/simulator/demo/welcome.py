"""What the demo says first: where everything is, who may sign in, and what to try."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from homecharge.simulator.demo.homes import TIME_SCALE, Wallbox
from homecharge.simulator.demo.people import DRIVER, STAFF, Person

BOOST = '{"limit":{"kind":"energy","energy_wh":5000}}'


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where this process listens, without slashes at the end, and the file it keeps everything in."""

    http: str
    ocpp: str
    database: str


def welcome(at: Addresses, passwords: Mapping[Person, str], boxes: Mapping[str, Wallbox]) -> str:
    """The text, with three curl lines that work as they are."""
    people = (DRIVER, *STAFF)
    log_ins = "\n".join(f"  {person.role:<9} {person.email:<18} {passwords[person]}" for person in people)
    driveway = boxes["Driveway"].id
    return f"""
Homecharge is running, with demo data in {at.database}

  API       {at.http}/v1
  docs      {at.http}/docs
  chargers  {at.ocpp}/{{identity}}

Log-ins

{log_ins}

Try in another terminal; each line works as it is

  History, with the reason of every charge that did not happen:
{curl(at, DRIVER, passwords, "/v1/sessions?limit=50")}

  Charge 5 kWh at the Driveway now; answers when it charges, or why it does not:
{curl(at, DRIVER, passwords, f"/v1/chargers/{driveway}/boost", "-H 'Prefer: wait=20'", *_json(BOOST))}

  Everything that can keep a charge from happening, with advice:
curl -s {at.http}/v1/rejection-reasons | python3 -m json.tool

Seven simulated chargers play a minute of life with electric cars, which charge {TIME_SCALE} times as fast as real ones.
Every session that ends is a line here, told by `GET /v1/events`, and so is what the driver is told of the Driveway by
itself: a warning, a rejection, a recovery, each as an event and by a signed webhook. Ctrl-C ends the demo.
"""


def curl(
    at: Addresses,
    person: Person,
    passwords: Mapping[Person, str],
    path: str,
    *more: str,
    into: str = "| python3 -m json.tool",
) -> str:
    """A line for a shell that signs in and asks for `path`; `into` is what becomes of the answer."""
    credentials = f'{{"email":"{person.email}","password":"{passwords[person]}"}}'
    log_in = " ".join(("curl -s", f"{at.http}/v1/auth/login", *_json(credentials), "| cut -d'\"' -f4"))
    bearer = f'-H "Authorization: Bearer $({log_in})"'
    return " ".join(("curl -s", bearer, *more, f"'{at.http}{path}'", into))


def _json(body: str) -> Sequence[str]:
    return ("-H 'Content-Type: application/json'", f"-d '{body}'")
