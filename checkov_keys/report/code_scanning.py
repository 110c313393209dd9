"""Checkov's SARIF, made fit for GitHub code scanning.

https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from __future__ import annotations

import hashlib
import itertools
from typing import TYPE_CHECKING, Any

from checkov.common.output.sarif import Sarif

from checkov_keys import __version__
from checkov_keys.domain.rules import RULES, Rule
from checkov_keys.report.live_report import LiveReport, UserRecord, key_sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from checkov.common.output.record import Record
    from checkov.common.output.report import Report

    from checkov_keys.domain.users import Unjudged

# Not "Checkov": a later upload of the same tool and category replaces the earlier one.
TOOL = "checkov-keys"
_BY_ID = {rule.id: rule for rule in RULES}


def live_sarif(report: LiveReport, tool: str | None = None) -> dict[str, Any]:
    """Return the SARIF log of an audited account; its category holds the account id."""
    return _log([report], f"checkov-keys/aws/{report.account.id}/", report.unjudged, tool)


def template_sarif(reports: Sequence[Report], unjudged: Iterable[Unjudged], tool: str | None = None) -> dict[str, Any]:
    """Return the SARIF log of scanned templates, whose records Checkov's runners made."""
    return _log(reports, "checkov-keys/templates/", unjudged, tool)


def _log(reports: Sequence[Report], category: str, unjudged: Iterable[Unjudged], tool: str | None) -> dict[str, Any]:
    log: dict[str, Any] = Sarif(list(reports), TOOL).json
    log["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json"
    run = log["runs"][0]
    run["tool"]["driver"] = {
        "name": tool or TOOL,
        "version": __version__,
        "semanticVersion": __version__,
        "informationUri": "https://pypi.org/project/checkov-keys/",
        "rules": [_described(rule) for rule in run["tool"]["driver"]["rules"]],
    }
    run["automationDetails"] = {"id": category}
    run["columnKind"] = "utf16CodeUnits"
    notifications = [
        {"level": "error", "message": {"text": f"Not judged: {missed.address}: {missed.reason}."}}
        for missed in unjudged
    ]
    run["invocations"] = [{"executionSuccessful": not notifications, "toolExecutionNotifications": notifications}]
    # Sarif lists the failed and then the skipped records of each report.
    records = itertools.chain.from_iterable((*report.failed_checks, *report.skipped_checks) for report in reports)
    for result, record in zip(run["results"], records):
        _fit(result, record)
    return log


def _fit(result: dict[str, Any], record: Record) -> None:
    # Checkov writes details there in a form that is not SARIF, and GitHub refuses the whole file.
    result.pop("attachments", None)
    result["message"] = {"text": _message(record)}
    for location in result["locations"]:
        location["logicalLocations"] = [{"fullyQualifiedName": record.resource, "kind": "resource"}]
    if isinstance(record, UserRecord):
        # GitHub computes it for files of the repository; here no key id or time may change it.
        identity = f"{record.account} {record.resource} {record.check_id}"
        fingerprint = hashlib.sha256(identity.encode()).hexdigest()[:16]
        result["partialFingerprints"] = {"primaryLocationLineHash": f"{fingerprint}:1"}


def _message(record: Record) -> str:
    if isinstance(record, UserRecord):
        active = [key_sentence(key) for key in record.access_keys if key["status"] == "Active"]
        return (
            f"IAM user {record.user} in account {record.account} has {len(active)} active access keys: "
            f"{', '.join(active)}."
        )
    return f"{record.resource} is one of several active access keys of one IAM user: keep one, turn the others off."


def _described(described: dict[str, Any]) -> dict[str, Any]:
    rule = _BY_ID[described["id"]]
    return {
        "id": rule.id,
        "name": "UnnecessaryAccessKeys",
        "shortDescription": {"text": f"{rule.name}."},
        "fullDescription": {"text": rule.why},
        "help": {"text": f"{rule.why} {rule.remedy}", "markdown": _markdown(rule)},
        "helpUri": rule.guideline,
        "defaultConfiguration": {"level": "warning"},
        "properties": {
            **described.get("properties", {}),
            "precision": "very-high",
            "problem.severity": "warning",
            "tags": ["security", "iam", "aws", "access-keys", "cis-aws-foundations"],
        },
    }


def _markdown(rule: Rule) -> str:
    benchmarks = "\n".join(f"| {name} | {', '.join(sections)} |" for name, sections in rule.benchmarks)
    return (
        f"## {rule.name}\n\n{rule.why}\n\n"
        f"### How to fix\n\n{rule.remedy}\n\n"
        "For a live user:\n\n"
        "```\n"
        "aws iam update-access-key --user-name <user> --access-key-id <key id> --status Inactive\n"
        "```\n\n"
        'A key that a template declares: set `status = "Inactive"` (Terraform) or `Status: Inactive` (CloudFormation) '
        "there, or the next deployment turns it on again.\n\n"
        f"### Benchmarks\n\n| benchmark | section |\n|---|---|\n{benchmarks}\n"
    )
