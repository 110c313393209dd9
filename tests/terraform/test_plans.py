"""Plans that the real Terraform makes: what is read of each is what its apply leaves."""

import random

import pytest
from applied_state import RefusedError, Terraform, find_obstacle
from compared_plans import compare_plan, excuse_late, find_late
from plan_histories import HISTORIES, PLAN
from random_configurations import make_configuration
from read_plans import read_document

OBSTACLE = find_obstacle()
pytestmark = pytest.mark.skipif(OBSTACLE is not None, reason=str(OBSTACLE))
SEEDS = range(5000, 5008)


@pytest.mark.parametrize("name", HISTORIES)
def test_plan(follow, tmp_path, name):
    """Addresses, users, statuses and verdicts are those of the apply, or unknown if the plan does not tell."""
    made, otherwise = follow(name), dict(HISTORIES[name].otherwise)
    if PLAN in otherwise:
        otherwise[str((tmp_path / "tfplan.json").resolve())] = otherwise.pop(PLAN)
    assert [] == compare_plan(made.applied, read_document(made.plan, tmp_path), otherwise)


@pytest.fixture(scope="module")
def terraform():
    """One provider for all random configurations."""
    with Terraform() as running:
        yield running


@pytest.mark.parametrize("seed", SEEDS)
def test_random_plan(terraform, tmp_path, seed):
    """Of a random configuration all is read as it is applied but what is known only after the apply."""
    configuration = make_configuration(random.Random(seed))  # noqa: S311  # no secret
    configuration.write(tmp_path / "root")
    try:
        applied = terraform.apply(tmp_path / "root", configuration.flags, plan=True)
    except RefusedError as error:
        pytest.skip(f"Terraform does not take it: {error}")
    read = read_document(applied.plan, tmp_path)
    assert [] == compare_plan(applied, read, excuse_late(applied, read, find_late(applied.plan)))
