"""Tables of counts with their bars."""

import pytest

from checkov_keys.report.dashboard.findings import FAILED, PASSED, SUPPRESSED, UNJUDGED
from checkov_keys.report.dashboard.rows import build_file_table, scale


@pytest.mark.parametrize(
    ("bars", "counts"),
    [
        ([], {}),
        ([], {"a": {PASSED: 7}}),
        ([[(FAILED, 0, 25), (PASSED, 25, 75)]], {"a": {FAILED: 1, PASSED: 3}}),
        ([[(FAILED, 0, 100)], [(FAILED, 0, 50)]], {"small": {FAILED: 1}, "large": {FAILED: 2}}),
        ([[(FAILED, 0, 25)], [(UNJUDGED, 0, 25), (PASSED, 25, 75)]], {"a": {UNJUDGED: 1, PASSED: 3}, "b": {FAILED: 1}}),
        (
            [[(FAILED, 0, 20), (UNJUDGED, 20, 20), (SUPPRESSED, 40, 20), (PASSED, 60, 40)]],
            {"a": {PASSED: 2, SUPPRESSED: 1, FAILED: 1, UNJUDGED: 1}},
        ),
        ([[(FAILED, 0, 0.75), (PASSED, 0.75, 99.99)]], {"a": {FAILED: 1, PASSED: 9_999}}),
    ],
)
def test_the_bars(bars, counts):
    """Failed stands beside passed, all bars of a table have one scale, and one of ten thousand can be seen."""
    assert bars == [[tuple(segment) for segment in row.bar] for row in build_file_table(counts).rows]


def test_columns_that_are_empty():
    """A verdict that no row has is not a column."""
    assert [FAILED, PASSED] == build_file_table({"a": {FAILED: 1}, "b": {FAILED: 1, PASSED: 2, UNJUDGED: 0}}).verdicts


def test_links():
    """A row leads to its findings, whatever its name."""
    (row,) = build_file_table({"/a b/#&=.tf": {FAILED: 1}}).rows
    assert "#q=%2Fa+b%2F%23%26%3D.tf" == row.link


@pytest.mark.parametrize(
    ("widths", "counts"),
    [([], []), ([0.0, 0.0], [0, 0]), ([100.0, 33.33, 0.0], [3, 1, 0])],
    ids=["none", "zero", "some"],
)
def test_histograms(widths, counts):
    """The longest bar takes all the room."""
    assert widths == [width for _, _, width in scale([("x", count) for count in counts])]
