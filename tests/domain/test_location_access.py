"""Which cards a location links for reimbursement, and how they are compared."""

from typing import Any

import pytest

from homecharge.domain.authorization_facts import Reimbursement, ReimbursementType
from homecharge.domain.location_access import (
    LinkedBy,
    linked_by,
    linked_from_json,
    linked_to_json,
    links_of,
    links_to,
)

BY_CONTRACT: dict[str, Any] = {"type": "token", "contract_ids": ["gb-abc-c12345678", "GB*ABC*C12345678*2"]}
BY_UID: dict[str, Any] = {"type": "token", "uids": [" 04a1b2 "], "external_url": "https://alphabet.example"}
BY_UNIT: dict[str, Any] = {"type": "organisation_unit", "code": " Fleet North"}


def test_a_contract_is_linked_in_any_spelling() -> None:
    expected = Reimbursement(type=ReimbursementType.TOKEN, contract_keys=frozenset({"GBABCC12345678"}))

    assert linked_by(BY_CONTRACT) == expected


def test_a_uid_is_linked_trimmed_and_without_case() -> None:
    assert linked_by(BY_UID) == Reimbursement(type=ReimbursementType.TOKEN, uid_keys=frozenset({"04A1B2"}))


def test_an_organisation_unit_is_linked_trimmed_and_without_case() -> None:
    expected = Reimbursement(type=ReimbursementType.ORGANISATION_UNIT, organisation_unit="FLEET NORTH")

    assert linked_by(BY_UNIT) == expected


@pytest.mark.parametrize("given", [BY_CONTRACT, BY_UID, BY_UNIT])
def test_what_is_stored_is_what_was_linked_and_what_was_given(given: dict[str, Any]) -> None:
    linked = linked_by(given)

    stored = linked_to_json(linked, given)

    assert (linked_from_json(stored), stored["given"]) == (linked, given)


@pytest.mark.parametrize("given", [BY_CONTRACT, BY_UID, BY_UNIT])
def test_a_card_is_named_by_its_contract_its_uid_or_its_organisation(given: dict[str, Any]) -> None:
    card = links_to("04a1B2", contract_id="GB-ABC-C12345678-2", organisation_unit="fleet north ")

    named = links_of(linked_by(given))

    assert named
    assert named <= card


def test_a_card_without_contract_and_organisation_is_named_by_its_uid_only() -> None:
    assert links_to(" 04a1", contract_id=None, organisation_unit=None) == {(LinkedBy.UID, "04A1")}
