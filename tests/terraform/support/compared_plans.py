"""How what is read of a plan differs from what the apply of that very plan leaves."""

from __future__ import annotations

from collections import Counter


def compare_plan(applied, read, otherwise=()):
    """List the differences between an Applied and a ReadPlan as sentences.

    `otherwise` maps addresses to verdicts that are right although the apply's are others.
    """
    right = {**dict.fromkeys(applied.failed, "failed"), **dict.fromkeys(applied.passed, "passed"), **dict(otherwise)}
    found = Counter(read.records)
    faults = [f"{address} is {verdict}, but not read so" for address, verdict in right.items() - found.keys()]
    faults += [f"{address} is read as {verdict}" for address, verdict in found.keys() - right.items()]
    faults += [f"{address} is reported {times} times" for (address, _), times in found.items() if times > 1]
    for address, (user, status, _) in applied.keys.items():
        identity, shown = read.users.get(address), read.statuses.get(address)
        if identity is not None and identity.kind == "name" and identity.value != user.lower():
            faults.append(f"the user of {address} is {user}, but read as {identity.value}")
        if shown not in (None, "Unknown", status):
            faults.append(f"the status of {address} is {status}, but read as {shown}")
    return sorted(faults)


def find_late(plan):
    """Addresses of keys whose user or status a plan tells only after the apply."""
    late = set()
    for change in plan.get("resource_changes", ()):
        unknown = change["change"]["after_unknown"]
        if change["type"] == "aws_iam_access_key" and (unknown.get("user") or unknown.get("status")):
            late.add(change["address"])
    return late


def excuse_late(applied, read, late):
    """Verdicts that are right although the apply's are others: of late keys, and of those that share their users."""
    users = {applied.keys[address][0].lower() for address in late if address in applied.keys}
    otherwise = {address: "unknown" for address in late if (address, "unknown") in read.records}
    for address, (user, _, _) in applied.keys.items():
        if user.lower() in users and (address, "passed") in read.records:
            otherwise[address] = "passed"
    return otherwise
