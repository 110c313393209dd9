"""Every regular expression of the package takes time in proportion to its text, whatever that is."""

import importlib.util
from pathlib import Path

import pytest

TOOL = Path(__file__).resolve().parents[1] / "tools" / "time_patterns.py"
SPEC = importlib.util.spec_from_file_location("time_patterns", TOOL)
TIMES = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(TIMES)
SHORT, LONG = 10_000, 40_000
# A linear pattern takes a fiftieth of this, and four times as long for four times the letters; a quadratic one sixteen.
SLOW_SECONDS, STEEP = 0.2, 8


def is_steep(used):
    """Tell whether a pattern is slow every time, so that a busy machine is not taken for a slow pattern."""
    return all(
        worst.long > SLOW_SECONDS and worst.long > STEEP * worst.short
        for worst in (TIMES.find_worst(used, SHORT, LONG) for _ in range(3))
    )


def test_no_pattern_is_quadratic():
    """No text made of what a pattern consists of takes it more than in proportion to the text's length."""
    found = TIMES.collect_patterns()
    assert len(found) > 100
    assert [] == [used.place for used in found if is_steep(used)]


@pytest.mark.parametrize("pattern", [r"\s+$", r"a*b", r"/\*.*?\*/"])
def test_a_quadratic_pattern_is_found(pattern):
    """The texts that patterns are tried with do make quadratic ones slow."""
    used = TIMES.UsedPattern("here", TIMES.re.compile(pattern), frozenset({"search"}))
    worst = TIMES.find_worst(used, 2_000, 16_000)
    assert worst.long > 20 * worst.short > 0
