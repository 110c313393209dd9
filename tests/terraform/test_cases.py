"""Every case in `cases/`: what is read of its files is what case_folders.py says is expected."""

import pytest
from case_folders import copy_files, find_faults, list_cases, read_expected
from scanned_keys import read_in_process


@pytest.mark.parametrize("case", [pytest.param(case, id="/".join(case.parts[-2:])) for case in list_cases()])
def test_case(case, tmp_path):
    """Keys, users, statuses, verdicts, what is named as not judged, and the exit code are those of the case."""
    folder, expected = tmp_path / "root", read_expected(case)
    copy_files(case, folder)
    assert [] == find_faults(expected, read_in_process(folder, expected["flags"]))
