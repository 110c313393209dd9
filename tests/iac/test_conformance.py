"""Every case in `cases/`, language by language, through Checkov's own runner.

A case is a folder `cases/<framework>/<silent|reported|unknown>/<what it is about>`. The names in it say what is
expected of a key, whether they name the key itself or the module that holds it: `pass_…`, `fail_…`, `unknown_…`,
`skip_…`, and `absent_…` for a key that does not exist. A name that ends in `_x3` is reported three times, any other
once. What is found must equal what is named, both ways. Every file's name ends in `.txt`, without which it is scanned:
Checkov takes each .json and .yaml of a repository that it loads checks from for a policy, and scans its templates too.
"""

import re
from collections import Counter
from pathlib import Path

import pytest

CASES = Path(__file__).parent / "cases"
VERDICTS = {"pass": "passed", "fail": "failed", "unknown": "unknown", "skip": "skipped"}
NAME = re.compile(r"\b(pass|fail|unknown|skip|absent)(?:[_-][A-Za-z0-9_-]*[A-Za-z0-9]|[A-Z]\w*)(?![\w-])")
TIMES = re.compile(r"[_-]x(\d+)$")
KINDS = ("silent", "reported", "unknown")


def _cases():
    folders = [folder for kind in KINDS for folder in sorted(CASES.glob(f"*/{kind}/*"))]
    return [pytest.param(folder, id="/".join(folder.parts[-3:])) for folder in folders]


@pytest.mark.parametrize("case", _cases())
def test_case(case, scan, copy_case, tmp_path):
    """Checkov reports exactly the keys that the case names, each with the verdict that its name says."""
    framework, kind = case.parts[-3], case.parts[-2]
    texts = copy_case(case, tmp_path)
    names = {name.group(): name.group(1) for text in texts for name in NAME.finditer(text)}
    found = Counter((_last_name(resource), verdict) for resource, verdict in scan(framework, tmp_path))
    assert {(name, VERDICTS[word]): _times(name) for name, word in names.items() if word in VERDICTS} == found
    assert (kind != "silent") == bool({"fail", "unknown"} & set(names.values())), f"{case} stands in the wrong folder"


def _times(name):
    times = TIMES.search(name)
    return int(times.group(1)) if times else 1


def _last_name(resource):
    names = [name.group() for name in NAME.finditer(resource)]
    assert names, f"{resource} does not say what is expected"
    return names[-1]
