from prometheus_client.parser import text_string_to_metric_families

from homecharge.observability.metrics import CONTENT_TYPE, Metrics


def samples_of(metrics: Metrics) -> dict[tuple[str, tuple[str, ...]], float]:
    families = text_string_to_metric_families(metrics.exposition().decode())
    return {
        (s.name, tuple(value for _, value in sorted(s.labels.items()))): s.value
        for family in families
        for s in family.samples
    }


def test_what_is_counted_can_be_scraped() -> None:
    metrics = Metrics()

    metrics.http_requests.labels("GET", "/v1/me", "200").inc()
    metrics.http_request_seconds.labels("GET", "/v1/me").observe(0.2)
    metrics.ocpp_frames.labels("MeterValues", "in").inc(3)
    metrics.connected_chargers.set(7)
    metrics.session_outcomes.labels("car_unplugged").inc()
    metrics.commands.labels("RemoteStartTransaction", "accepted").inc()
    metrics.tick_seconds.labels("starts").observe(0.01)
    metrics.group_commit_size.labels("samples").observe(5)

    samples = samples_of(metrics)
    assert samples["homecharge_http_requests_total", ("GET", "/v1/me", "200")] == 1
    assert samples["homecharge_http_request_seconds_count", ("GET", "/v1/me")] == 1
    assert samples["homecharge_ocpp_frames_total", ("MeterValues", "in")] == 3
    assert samples["homecharge_connected_chargers", ()] == 7
    assert samples["homecharge_session_outcomes_total", ("car_unplugged",)] == 1
    assert samples["homecharge_commands_total", ("RemoteStartTransaction", "accepted")] == 1
    assert samples["homecharge_tick_seconds_count", ("starts",)] == 1
    assert samples["homecharge_group_commit_size_bucket", ("4.0", "samples")] == 0
    assert samples["homecharge_group_commit_size_bucket", ("8.0", "samples")] == 1
    assert CONTENT_TYPE.startswith("text/plain")


def test_the_process_itself_is_measured() -> None:
    assert samples_of(Metrics())["process_resident_memory_bytes", ()] > 0


def test_two_containers_in_one_process_count_apart() -> None:
    one, other = Metrics(), Metrics()

    one.connected_chargers.inc()

    assert samples_of(one)["homecharge_connected_chargers", ()] == 1
    assert samples_of(other)["homecharge_connected_chargers", ()] == 0
