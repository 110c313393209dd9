"""Random configurations: one seed gives one, Terraform takes them, and differences are told for what they are."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from applied_state import Applied, RefusedError, Terraform, find_obstacle
from compared_keys import compare
from hypothesis import HealthCheck, given, settings
from random_configurations import configurations, make_configuration
from scanned_keys import Scanned

OBSTACLE = find_obstacle()
SEEDS = range(12)


def _make(seed):
    return make_configuration(random.Random(seed))  # noqa: S311  # no secret


def test_seeded():
    """One seed gives one configuration, another seed another."""
    made = [_make(seed).files for seed in (1, 1, 2)]
    assert made[0] == made[1] != made[2]


@given(configuration=configurations())
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_strategy(configuration):
    """Hypothesis draws configurations too, each with files of Terraform."""
    assert any(name.endswith((".tf", ".tf.json")) for name in configuration.files)


@pytest.mark.skipif(OBSTACLE is not None, reason=str(OBSTACLE))
def test_accepted(tmp_path):
    """Terraform takes more than nine in ten, and about half of them make a user with two active keys."""
    with Terraform() as terraform, ThreadPoolExecutor(2) as pool:
        applied = list(pool.map(lambda seed: _apply(terraform, tmp_path / str(seed), seed), SEEDS))
    taken = [each for each in applied if each]
    assert len(taken) > 0.9 * len(SEEDS)
    assert 0.2 < sum(bool(each.failed) for each in taken) / len(taken) < 0.9


def _apply(terraform, folder, seed):
    configuration = _make(seed)
    configuration.write(folder)
    try:
        return terraform.apply(folder, configuration.flags)
    except RefusedError:
        return None


TRUTH = Applied({"k.a": ("ann", "Active", "p"), "k.b": ("ann", "Active", "p")}, ["k.a", "k.b"], [])
RIGHT = {"k.a": ("ann", "Active"), "k.b": ("ann", None)}
READINGS = {
    "right": (Scanned(RIGHT, ["k.a", "k.b"]), []),
    "passed": (Scanned(RIGHT, ["k.a"], ["k.b"]), [("k.b", "FAILED in truth, read as PASSED", True)]),
    "absent": (Scanned({"k.a": RIGHT["k.a"]}, ["k.a"]), [("k.b", "FAILED in truth, read as absent", True)]),
    "unknown": (Scanned({}, ["k.a"], [], ["k.b"]), [("k.b", "FAILED in truth, read as UNKNOWN", False)]),
    "one too many": (Scanned(RIGHT, ["k.a", "k.b"], ["k.c"]), [("k.c", "absent in truth, read as PASSED", False)]),
    "twice": (Scanned(RIGHT, ["k.a", "k.b", "k.b"]), [("k.b", "reported 2 times", False)]),
    "another user": (
        Scanned({**RIGHT, "k.b": ("bob", None)}, ["k.a", "k.b"]),
        [("k.b", "user is 'ann' in truth, read as 'bob'", False)],
    ),
}


@pytest.mark.parametrize(("scanned", "differences"), READINGS.values(), ids=READINGS)
def test_compare(scanned, differences):
    """Each way to differ is told, and whether a violation goes unseen."""
    assert differences == [(each.address, each.text, each.missed) for each in compare(TRUTH, scanned)]
