"""Random configurations that hand secrets around, held against what the real Terraform makes of them."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from applied_state import RefusedError, Terraform, find_obstacle
from exposed_state import Holder, find_holders
from read_exposures import read_exposures
from secret_configurations import make_files, write_files

OBSTACLE = find_obstacle()
SEEDS = range(16)


def _make(seed):
    return make_files(random.Random(seed))  # noqa: S311  # no secret


def test_seeded():
    """One seed gives one configuration, another seed another."""
    made = [_make(seed) for seed in (1, 1, 2)]
    assert made[0] == made[1] != made[2]


@pytest.mark.skipif(OBSTACLE is not None, reason=str(OBSTACLE))
def test_agrees(tmp_path):
    """Nearly all are taken, many have sinks, and the state holds the secret in exactly the sinks that are seen."""

    def compare(seed):
        folder = tmp_path / str(seed)
        write_files(_make(seed), folder)
        try:
            state = terraform.apply(folder, state=True).state
        except RefusedError:
            return None
        true = {(each.address, each.argument) for each in find_holders(state) if each.kind == "sink"}
        assert true == read_exposures(folder)
        return true

    with Terraform() as terraform, ThreadPoolExecutor(2) as pool:
        found = list(pool.map(compare, SEEDS))
    assert sum(each is not None for each in found) > 0.8 * len(SEEDS)
    assert sum(bool(each) for each in found) > 0.5 * len(SEEDS)


TEXT = "abcdefghij0123456789ABCDEFGHIJ0123456789"
STATES = {
    "nothing": ("x", set()),
    "the id": ("AKIAIOSFODNN7EXAMPLE", set()),
    "a hash of it": ("2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b", set()),
    "a short piece": (TEXT[:10], set()),
    "itself": (TEXT, {"value"}),
    "in other letters": (TEXT.upper(), {"value"}),
    "backwards": (TEXT[::-1], {"value"}),
    "in JSON in base64": ("eyJzIjogImFiY2RlZmdoaWowMTIzNDU2Nzg5QUJDREVGR0hJSjAxMjM0NTY3ODkifQ==", {"value"}),
}


@pytest.mark.parametrize(("text", "expected"), STATES.values(), ids=STATES)
def test_find_holders(text, expected):
    """What the comparison rests on: where a state holds a secret, and where it does not."""
    key = {
        "mode": "managed",
        "type": "aws_iam_access_key",
        "name": "k",
        "instances": [{"attributes": {"secret": TEXT}}],
    }
    state = {"resources": [key], "outputs": {"o": {"value": {"a": [text]}}}}
    assert {Holder("output.o", each, "sink", "output") for each in expected} == find_holders(state)
