"""How a reading of a directory differs from what Terraform made of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True)
class Difference:
    """One key that is read otherwise than Terraform makes it."""

    address: str
    text: str
    """What differs, in words."""
    missed: bool = False
    """Whether a violation goes unseen: Terraform makes it, and the reading neither reports nor doubts it."""


def compare(applied, scanned):
    """List the differences between an Applied and a Scanned, missed violations first."""
    found = Counter({**dict.fromkeys(scanned.keys, 0)})
    found.update(scanned.failed + scanned.passed)
    differences = []
    for address in sorted({*applied.keys, *found, *scanned.unknown}):
        right = "FAILED" if address in applied.failed else "PASSED" if address in applied.keys else "absent"
        read = _tell_verdict(address, scanned)
        if right != read:
            missed = right == "FAILED" and read in {"PASSED", "absent"}
            differences.append(Difference(address, f"{right} in truth, read as {read}", missed))
        elif found[address] > 1:
            differences.append(Difference(address, f"reported {found[address]} times"))
        elif address in scanned.keys:
            differences += _compare_values(address, applied.keys[address], scanned.keys[address])
    return sorted(differences, key=lambda each: not each.missed)


def _tell_verdict(address, scanned):
    if address in scanned.failed:
        return "FAILED"
    if address in scanned.passed:
        return "PASSED"
    return "UNKNOWN" if address in scanned.unknown else "absent"


def _compare_values(address, right, read):
    pairs = zip(("user", "status"), right, read)
    return [
        Difference(address, f"{name} is {true!r} in truth, read as {value!r}")
        for name, true, value in pairs
        if value is not None and value != true
    ]
