"""A table that keeps the same rows in whatever order they come, and loses nothing."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkov_keys.domain.bounded_table import BoundedTable, Count, fingerprint

NAMES = st.lists(st.text("abcdefghijklmnop", min_size=1, max_size=1), max_size=60)


def fill(names, most):
    """A table of Counters, in which each name is counted."""
    table = BoundedTable(most, Counter, Counter.update)
    for name in names:
        table.find((name,))[name] += 1
    return table


@given(NAMES, st.integers(0, 20), st.randoms())
def test_order_does_not_matter(names, most, random):
    """Rows, the row of the others and their number are the same for any order."""
    table = fill(names, most)
    shuffled = list(names)
    random.shuffle(shuffled)
    other = fill(shuffled, most)
    assert (table.rows, table.others, table.more) == (other.rows, other.others, other.more)


@given(NAMES, st.integers(0, 20))
def test_nothing_is_lost(names, most):
    """A row that is kept has all of its name, and the others have the rest."""
    table, whole = fill(names, most), Counter(names)
    assert min(most, len(whole)) == len(table.rows)
    assert all(Counter({name: whole[name]}) == row for (name,), row in table.rows.items())
    assert whole == sum(table.rows.values(), table.others)
    assert len(whole) == len(table.rows) + table.more.number or not table.more.is_exact


def test_the_number_of_others_is_bounded():
    """Ten times as many names are told apart as are kept; beyond, it says at least."""
    names = [f"name-{number}" for number in range(100)]
    assert ("exactly 20", "at least 20") == (str(fill(names[:22], 2).more), str(fill(names, 2).more))


@pytest.mark.parametrize(
    ("count", "text"),
    [(Count(0), "exactly 0"), (Count(1234), "exactly 1,234"), (Count(5, is_exact=False), "at least 5")],
)
def test_counts_read_well(count, text):
    """A count says whether it is all."""
    assert text == str(count)


def test_fingerprints_never_change():
    """They are the same in every process, whatever the text; parts do not run together."""
    assert 0xFFC151170352BAA3 == fingerprint(("a", "b"))
    assert fingerprint(("a", "b")) != fingerprint(("ab", ""))
    assert fingerprint(("\ud800",)) == fingerprint(("\ud800",)) != 0
