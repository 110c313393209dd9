"""Events that were seen: a set in eight bytes each that stops growing."""

from hypothesis import given
from hypothesis import strategies as st

from checkov_keys.domain.seen_events import SeenEvents

FINGERPRINTS = st.lists(st.one_of(st.integers(1, 2**64 - 1), st.integers(1, 50), st.just(2**64 - 1)), max_size=300)


@given(FINGERPRINTS, FINGERPRINTS)
def test_it_is_a_set(some, others):
    """It counts what Python's own set counts."""
    seen = SeenEvents()
    assert len(set(some)) == seen.add(some)
    assert len({*some, *others}) - len(set(some)) == seen.add(others)
    assert 0 == seen.add(some)
    assert (len({*some, *others}), False) == (len(seen), seen.is_full)


def test_many_that_fall_into_one_place():
    """It grows, and finds everything again, also if all fingerprints belong to one part of it."""
    alike = [64 * number for number in range(1, 5000)]
    seen = SeenEvents()
    assert (4999, 0, 1) == (seen.add(alike), seen.add(alike), seen.add([1]))


def test_it_stops_growing():
    """At its limit it adds no more, says so once something new comes, and still knows what it holds."""
    seen = SeenEvents(most=10)
    assert (10, False) == (seen.add(range(1, 11)), seen.is_full)
    assert (0, False) == (seen.add(range(1, 11)), seen.is_full)
    assert (0, True) == (seen.add([11, 12]), seen.is_full)
    assert 10 == len(seen)
