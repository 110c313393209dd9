"""States that the real Terraform leaves, in every form: the keys that are read of each are those that it manages."""

import json

import pytest
from applied_state import find_obstacle
from plan_histories import HISTORIES

from checkov_keys.iac.terraform.state import managed_keys_of, read_state

OBSTACLE = find_obstacle()
pytestmark = pytest.mark.skipif(OBSTACLE is not None, reason=str(OBSTACLE))


def _list_ids(state):
    """Ids of all access keys in a state of version 4."""
    return sorted(
        instance["attributes"]["id"]
        for resource in state["resources"]
        if (resource["mode"], resource["type"]) == ("managed", "aws_iam_access_key")
        for instance in resource["instances"]
    )


@pytest.mark.parametrize("name", HISTORIES)
def test_state(follow, tmp_path, name):
    """Addresses and ids are those of the apply, deposed objects included, in version 4 and as it is shown."""
    made = follow(name)
    for form, state in made.states.items():
        path = tmp_path / "terraform.tfstate"
        path.write_text(json.dumps(state), encoding="utf-8")
        keys = read_state(str(path))
        assert (form, sorted(made.applied.keys)) == (form, sorted(key.address for key in keys))
        assert _list_ids(made.states["version 4"]) == sorted(key.key for key in keys)


@pytest.mark.parametrize("name", [name for name in HISTORIES if not name.startswith(("moved", "imported"))])
def test_state_before(follow, name):
    """A plan holds the state before it."""
    made = follow(name)
    keys = managed_keys_of(json.dumps(made.plan).encode(), "tfplan.json")
    assert sorted(made.prior) == sorted(key.address for key in keys)


AHEAD = {
    "moved into a module": ["module.m.aws_iam_access_key.k"],
    "imported": ["aws_iam_access_key.b"],
}


@pytest.mark.parametrize(("name", "addresses"), AHEAD.items(), ids=AHEAD)
def test_state_before_is_ahead(follow, name, addresses):
    """The state in a plan has what is moved at its new address, and what is imported."""
    keys = managed_keys_of(json.dumps(follow(name).plan).encode(), "tfplan.json")
    assert addresses == [key.address for key in keys]
