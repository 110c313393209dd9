"""The cases of Terraform are right themselves: the real Terraform says what they say that it says."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from applied_state import RefusedError, Terraform, find_obstacle
from case_folders import copy_files, expect_applied, find_faults, list_cases, read_expected
from scanned_keys import Scanned

OBSTACLE = find_obstacle()


@pytest.mark.skipif(OBSTACLE is not None, reason=str(OBSTACLE))
def test_expected_by_terraform(tmp_path):
    """What Terraform makes of a case is what the case expects."""
    cases = [case for case in list_cases() if read_expected(case)["by"] == "terraform"]
    with Terraform() as terraform, ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda case: _apply(terraform, case, tmp_path / case.parent.name / case.name), cases))
    wrong = [case.name for case, expected in zip(cases, made) if expected != read_expected(case)]
    assert len(cases) > 50
    assert [] == wrong


def _apply(terraform, case, folder):
    copy_files(case, folder)
    flags = read_expected(case)["flags"]
    try:
        return expect_applied(terraform.apply(folder, flags), flags)
    except RefusedError as error:
        return str(error)


EXPECTED = {
    "keys": {"k.a": ["ann", "Active", "PASSED"], "k.b[?]": [None, None, "UNKNOWN"]},
    "unjudged": ["m"],
    "exit": 2,
}
USERS = {"k.a": ("ann", "Active")}
READINGS = {
    "right": (Scanned(USERS, [], ["k.a"], ["k.b", "module.m"], 2), []),
    "right, with an index": (Scanned(USERS, [], ["k.a"], ["k.b[0]", "module.m"], 2), []),
    "a key that is absent": (Scanned({}, [], [], ["k.b", "module.m"], 2), ["k.a is PASSED, but read as absent"]),
    "a verdict": (Scanned(USERS, ["k.a"], [], ["k.b", "module.m"], 2), ["k.a is PASSED, but read as FAILED"]),
    "a user": (
        Scanned({"k.a": ("bob", "Active")}, [], ["k.a"], ["k.b", "module.m"], 2),
        ["the user of k.a is ann, but read as bob"],
    ),
    "a key that does not exist": (
        Scanned(USERS, [], ["k.a", "k.c"], ["k.b", "module.m"], 2),
        ["k.c does not exist, but is read as PASSED"],
    ),
    "nothing named": (Scanned(USERS, [], ["k.a"], ["k.b"], 2), ["m is not named as not judged"]),
    "something else named": (
        Scanned(USERS, [], ["k.a"], ["k.b", "module.m", "x"], 2),
        ["x is named as not judged"],
    ),
    "the exit code": (Scanned(USERS, [], ["k.a"], ["k.b", "module.m"], 0), ["the exit code is 0, not 2"]),
}


@pytest.mark.parametrize(("scanned", "faults"), READINGS.values(), ids=READINGS)
def test_faults(scanned, faults):
    """Each way to differ from what a case expects is told."""
    assert faults == find_faults(EXPECTED, scanned)
