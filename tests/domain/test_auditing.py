from datetime import UTC, datetime

from homecharge.domain.auditing import AuditEntry, AuditFilters, Target


def test_an_audit_log_that_nobody_narrows_is_whole():
    assert AuditFilters() == AuditFilters(charger_id=None, actor_id=None, actions=(), since=None, until=None)


def test_a_deed_of_the_system_has_no_actor():
    entry = AuditEntry(
        id="e",
        at=datetime(2026, 11, 20, tzinfo=UTC),
        actor_id=None,
        actor_name=None,
        action="charger.password_rotated",
        target=Target("charger", "c"),
        charger_id="c",
        location_id=None,
        detail={},
        request_id=None,
    )

    assert (entry.actor_id, entry.target.kind) == (None, "charger")
