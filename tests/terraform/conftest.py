"""One `terraform` for all tests here that follow a directory through its changes."""

import pytest
from plan_histories import HISTORIES
from planned_states import Histories


@pytest.fixture(scope="session")
def follow(tmp_path_factory):
    """Follow one of HISTORIES by its name, once for all tests; returns a Made."""
    made = {}
    with Histories() as terraform:

        def follow_once(name):
            if name not in made:
                made[name] = terraform.follow(HISTORIES[name].steps, tmp_path_factory.mktemp("history") / "root")
            return made[name]

        yield follow_once
