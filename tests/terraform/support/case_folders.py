"""Cases of Terraform in folders: the files to scan, and what is to be read of them.

A case is a folder `cases/<kind>/<what it is about>`. Every file's name ends in `.txt`, without which it is scanned:
Checkov takes each .json and .yaml of a repository that it loads checks from for a policy, and scans its templates too.
`expected.json.txt` holds:

- `keys`: address → [user, status, verdict]. A user or a status is null if it cannot be told. A verdict is PASSED,
  FAILED or UNKNOWN, or several with `|` between. `[?]` in an address is any index or none: that of an instance whose
  index is unknown.
- `unjudged`: what must be named as not judged besides the keys that are UNKNOWN.
- `exit`: the exit code, or a list of those that are right.
- `by`: "terraform" if the real Terraform says the same, "hand" if it cannot: values are unknown, or OpenTofu is meant.
- `flags`: Terraform's flags.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

CASES = Path(__file__).resolve().parents[1] / "cases"
EXPECTED = "expected.json.txt"


def list_cases():
    """Folders of all cases, sorted."""
    return sorted(path.parent for path in CASES.glob(f"*/*/{EXPECTED}"))


def read_expected(case):
    """What is expected of a case."""
    return json.loads((case / EXPECTED).read_text(encoding="utf-8"))


def copy_files(case, folder):
    """Copy the files of a case into a folder under their true names."""
    for file in sorted(path for path in case.rglob("*.txt") if path.name != EXPECTED):
        path = folder / file.relative_to(case).with_name(file.name.removesuffix(".txt"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.read_bytes())


def expect_applied(applied, flags=()):
    """What is to be expected of a case whose truth Terraform told."""
    keys = {}
    for address, (user, status, _) in sorted(applied.keys.items()):
        keys[address] = [user, status, "FAILED" if address in applied.failed else "PASSED"]
    return {"by": "terraform", "flags": list(flags), "keys": keys, "unjudged": [], "exit": int(bool(applied.failed))}


def find_faults(expected, scanned):
    """What a Scanned has otherwise than is expected, as sentences; none if all is right."""
    verdicts = [(address, "FAILED") for address in scanned.failed] + [(address, "PASSED") for address in scanned.passed]
    faults, unnamed = [], list(scanned.unknown)
    for address, (user, status, verdict) in expected["keys"].items():
        pattern = re.compile(re.escape(address).replace(re.escape("[?]"), r"(\[[^]]*\])?"))
        found = [(each, read) for each, read in verdicts if pattern.fullmatch(each)]
        named = [each for each in unnamed if pattern.fullmatch(each)]
        verdicts = [each for each in verdicts if each not in found]
        unnamed = [each for each in unnamed if each not in named]
        read = [each for _, each in found] + ["UNKNOWN"] * len(named)
        if not read or not set(read) <= set(verdict.split("|")) or (len(read) > 1 and "[?]" not in address):
            faults.append(f"{address} is {verdict}, but read as {' and '.join(read) or 'absent'}")
        for each in [name for name, _ in found]:
            pairs = zip(("user", "status"), (user, status), scanned.keys.get(each, (None, None)))
            faults += [
                f"the {what} of {each} is {true}, but read as {got}" for what, true, got in pairs if got and got != true
            ]
    faults += [f"{address} does not exist, but is read as {read}" for address, read in verdicts]
    for name in expected["unjudged"]:
        if not any(name in each for each in unnamed):
            faults.append(f"{name} is not named as not judged")
    unnamed = [each for each in unnamed if not any(name in each for name in expected["unjudged"])]
    faults += [f"{each} is named as not judged" for each in unnamed]
    codes = expected["exit"] if isinstance(expected["exit"], list) else [expected["exit"]]
    if scanned.exit_code not in codes:
        faults.append(f"the exit code is {scanned.exit_code}, not {' or '.join(map(str, codes))}")
    return faults
