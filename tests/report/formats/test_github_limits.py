"""What GitHub code scanning takes, and what people are told when a file is past that."""

import gzip
import os

import pytest

from checkov_keys.report.formats.github_limits import check_limits, check_run_limit, count_gzipped

RESULTS = {
    "none": (0, []),
    "fewer than are kept": (4_999, []),
    "all that are kept": (5_000, []),
    "one too many to keep": (5_001, ["f holds 5,001 results: GitHub code scanning keeps only 5,000 of them; do this"]),
    "as many as are taken": (
        25_000,
        ["f holds 25,000 results: GitHub code scanning keeps only 5,000 of them; do this"],
    ),
    "one too many to take": (
        25_001,
        ["f holds 25,001 results: GitHub code scanning refuses a file with more than 25,000; do this"],
    ),
}


@pytest.mark.parametrize(("results", "said"), RESULTS.values(), ids=RESULTS)
def test_results(results, said):
    """One sentence names the file, the number, what GitHub does and what to do; nothing within the limits."""
    assert said == check_limits("f", results, "{}", "do this")


@pytest.fixture(scope="module")
def incompressible():
    """Hexadecimal digits, of which gzip saves about half: 22 MB that stay above 10 MB."""
    return os.urandom(11_000_000).hex()


def test_size(incompressible):
    """What counts is the compressed size; both limits at once are two sentences."""
    assert [] == check_limits("f", 1, "a" * 11_000_000, "do this")
    (said,) = check_limits("f", 1, incompressible, "do this")
    assert said.startswith("f is 12")
    assert said.endswith(" MB gzipped: GitHub code scanning refuses more than 10 MB; do this")
    assert 2 == len(check_limits("f", 25_001, incompressible, "do this"))


def test_size_is_that_of_gzip(incompressible):
    """It is what gzip makes of the whole, to some bytes; a text that is within the limit anyway is not compressed."""
    assert abs(len(gzip.compress(incompressible.encode(), 6)) - count_gzipped(incompressible)) < 100
    assert 10_000_000 == count_gzipped("a" * 10_000_000)
    assert count_gzipped("a" * 10_000_001) < 20_000


@pytest.mark.parametrize(("runs", "warned"), [(0, False), (1, False), (20, False), (21, True), (200, True)])
def test_runs(runs, warned):
    """A folder of more than twenty files is too much for one upload."""
    said = check_run_limit("out/r_*.sarif", runs)
    assert warned == bool(said)
    assert all("out/r_*.sarif" in sentence and f"these {runs}" in sentence for sentence in said)
