"""Counts that are handed over together are those that were counted one by one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

from app.tally import Count, Tally

BOUNDS = (0.1, 0.2, 1.0)


@given(st.lists(st.lists(st.sampled_from([0.0, 0.05, 0.1, 0.15, 0.2, 0.75, 1.0, 1.5]), max_size=8), max_size=4))
def test_a_tally_is_what_observing_is(batches: list[list[float]]) -> None:
    """A histogram that is told batch by batch reads as one that observed each value, on a bucket's bound too."""
    once, together = (CollectorRegistry() for _ in range(2))
    observed = Histogram("x", "x", ["y"], buckets=BOUNDS, registry=once).labels("a")
    tally = Tally(Histogram("x", "x", ["y"], buckets=BOUNDS, registry=together).labels("a"), BOUNDS)
    for batch in batches:
        for value in batch:
            observed.observe(value)
            tally.observe(value)
        tally.publish()
    assert readings(once) == readings(together)


def test_a_count_is_handed_over_once() -> None:
    """What was published is not published again."""
    registry = CollectorRegistry()
    count = Count(Counter("x", "x", registry=registry))
    for new in (2, 0, 3):
        count.new += new
        count.publish()
        count.publish()
    assert registry.get_sample_value("x_total") == 5


def readings(registry: CollectorRegistry) -> list[tuple[str, float]]:
    """Return what a registry tells, but for when it was made and the last digits of sums."""
    lines = generate_latest(registry).decode().splitlines()
    parts = [line.rpartition(" ") for line in lines if not line.startswith("#") and "_created" not in line]
    return [(name, round(float(value), 9)) for name, _, value in parts]
