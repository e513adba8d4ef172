"""What tests over HTTP share about homes."""

from flask.testing import FlaskClient
from sqlalchemy import insert

from homecharge.domain.access import MemberRole
from homecharge.storage.database import Database
from homecharge.storage.models import Member
from tests.web.conftest import START

Headers = dict[str, str]
HOME = {"name": "Home", "country": "GB", "time_zone": "Europe/London", "currency": "GBP"}


def id_of(path: str) -> str:
    """The id at the end of a resource's path."""
    return path.rpartition("/")[2]


def join(client: FlaskClient, database: Database, location_id: str, headers: Headers, role: MemberRole) -> None:
    """Make whoever sends these headers a member of a home."""
    account_id = client.get("/v1/me", headers=headers).get_json()["id"]
    values = {"location_id": location_id, "account_id": account_id, "role": role, "joined_at": START}
    with database.write() as db:
        db.execute(insert(Member).values(values))
