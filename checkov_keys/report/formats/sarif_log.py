"""Checkov's SARIF, adapted to GitHub code scanning.

https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from __future__ import annotations

import hashlib
import itertools
import re
from datetime import timezone
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from checkov.common.models.enums import CheckResult

from checkov_keys import PROJECT_URL, __version__
from checkov_keys.domain.rules.exposed_secrets import EXPOSED_SECRETS
from checkov_keys.domain.rules.family import RULES
from checkov_keys.domain.rules.rule import TURN_OFF, Rule
from checkov_keys.report.formats.sarif_flows import build_flows, build_location, is_line_of_repository, locate_keys
from checkov_keys.report.formats.violation import describe_remedy, describe_violation
from checkov_keys.report.live.audit_facts import TOOL, collect_facts
from checkov_keys.report.live.drift import format_drift
from checkov_keys.report.live.evidence import describe_unjudged
from checkov_keys.report.live.user_record import UserRecord, describe_finding, is_in_repository
from checkov_keys.report.plain_text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from checkov.common.output.record import Record
    from checkov.common.output.report import Report

    from checkov_keys.domain.drift import Drift
    from checkov_keys.domain.users import Unjudged
    from checkov_keys.report.live.live_report import LiveReport

# GitHub refuses more.
_MOST_TAGS = 20
# https://semver.org: the part of it that a released Python version can be.
_SEMVER = re.compile(r"\d+\.\d+\.\d+")
_LETTERS = re.compile(r"\w+")
# As Checkov's own SARIF has it.
_LEVELS = {"CRITICAL": "error", "HIGH": "error", "MEDIUM": "warning", "LOW": "note"}
_PROBLEMS = {"CRITICAL": "error", "HIGH": "error", "MEDIUM": "warning", "LOW": "recommendation"}
_WORD = re.compile(r"\w+(?:[.-]\w+)*")


def build_live_log(report: LiveReport, tool: str | None = None) -> dict[str, Any]:
    """Return the SARIF log of audited accounts; the category of a single one holds its id, that of a shard its number.

    For one category, GitHub keeps only the latest upload.
    """
    ids = {account.id for account in report.accounts}
    shard = report.shard
    others = [f"shard-{shard.number}-of-{shard.of}"] if shard else []
    category = "/".join(["checkov-keys/aws", *(ids if len(ids) == 1 else others), ""])
    log = _build_log([report], category, map(describe_unjudged, report.unjudged), tool)
    run = log["runs"][0]
    invocation = run["invocations"][0]
    invocation["toolExecutionNotifications"] += [_build_notification(drift) for drift in report.drift]
    facts = collect_facts(report)
    if facts.began:
        invocation["startTimeUtc"] = f"{facts.began.astimezone(timezone.utc):%Y-%m-%dT%H:%M:%SZ}"
    run["properties"] = {"audit": facts.encode()}
    return log


def build_template_log(
    reports: Sequence[Report], unjudged: Iterable[Unjudged], tool: str | None = None, notes: Iterable[str] = ()
) -> dict[str, Any]:
    """Return the SARIF log of scanned templates, whose records Checkov's runners made; `notes` are sentences."""
    sentences = [f"{each.address}: {each.reason}" for each in printable(unjudged)]
    log = _build_log(reports, "checkov-keys/templates/", sentences, tool)
    log["runs"][0]["invocations"][0]["toolExecutionNotifications"] += [
        {"level": "note", "message": {"text": _end_sentence(note)}} for note in notes
    ]
    return log


def _build_log(reports: Sequence[Report], category: str, unjudged: Iterable[str], tool: str | None) -> dict[str, Any]:
    from checkov.common.output.sarif import Sarif  # noqa: PLC0415  # it imports an HTTP client

    log: dict[str, Any] = Sarif(list(reports), TOOL).json
    log["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json"
    run = log["runs"][0]
    run["tool"]["driver"] = {
        "name": tool or TOOL,
        "version": __version__,
        **({"semanticVersion": __version__} if _SEMVER.fullmatch(__version__) else {}),
        "informationUri": PROJECT_URL,
        "rules": [_describe_rule(rule) for rule in run["tool"]["driver"]["rules"]],
    }
    run["automationDetails"] = {"id": category}
    run["columnKind"] = "utf16CodeUnits"
    notifications = [{"level": "error", "message": {"text": _end_sentence(f"Not judged: {each}")}} for each in unjudged]
    run["invocations"] = [{"executionSuccessful": not notifications, "toolExecutionNotifications": notifications}]
    # Sarif lists the failed and then the skipped records of each report.
    records = itertools.chain.from_iterable((*report.failed_checks, *report.skipped_checks) for report in reports)
    for result, record in zip(run["results"], records):
        _fit(result, record)
    return log


def _build_notification(drift: Drift) -> dict[str, Any]:
    """Return a difference from the templates, which is not a finding, with the lines that declare what is expected."""
    locations = [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": quote(source_range.path)},
                "region": {"startLine": source_range.first_line, "endLine": source_range.last_line},
            }
        }
        for source_range in drift.source_ranges
        if is_in_repository(source_range)
    ]
    text = _end_sentence(f"Drift, {format_drift(drift)}")
    return {"level": "note", "message": {"text": text}, **({"locations": locations} if locations else {})}


def _fit(result: dict[str, Any], record: Record) -> None:
    # Checkov writes details there in a form that is not SARIF, and GitHub refuses the whole file.
    result.pop("attachments", None)
    result["message"] = {"text": _describe_record(record)}
    for location in result["locations"]:
        location["logicalLocations"] = [{"fullyQualifiedName": record.resource, "kind": "resource"}]
    if isinstance(record, UserRecord):
        # GitHub computes it for files of the repository; elsewhere, no key id or time may change it.
        identity = f"{record.account} {record.resource} {record.check_id}"
        fingerprint = hashlib.sha256(identity.encode()).hexdigest()[:16]
        result["partialFingerprints"] = {"primaryLocationLineHash": f"{fingerprint}:1"}
        for suppression in result.get("suppressions", ()):
            # A baseline or an exemption: nothing in AWS carries it.
            suppression["kind"] = "external"
        return
    # Of a name of its own, since GitHub computes the one that counts there from the lines of the file.
    identity = f"{record.check_id} {record.repo_file_path} {record.resource}"
    result["partialFingerprints"] = {"checkovKeys/v1": hashlib.sha256(identity.encode()).hexdigest()[:32]}
    secrets = getattr(record, "exposed_secrets", ())
    others = [
        build_location(other, f"Another active access key of this user: {other['address']}.")
        for other in getattr(record, "other_keys", ())
        if is_line_of_repository(other)
    ]
    places = {"relatedLocations": [*others, *locate_keys(secrets)], "codeFlows": build_flows(secrets)}
    result.update({name: found for name, found in places.items() if found})


def _describe_record(record: Record) -> str:
    if isinstance(record, UserRecord):
        return describe_finding(record)
    if record.check_result["result"] == CheckResult.SKIPPED:
        # Checkov skips a key whatever its verdict would be.
        return _end_sentence(
            f"{record.resource} is skipped: {record.check_result.get('suppress_comment') or 'no reason'}"
        )
    return f"{describe_violation(record)} {getattr(record, 'remedy', describe_remedy(record))}"


def _describe_rule(described: dict[str, Any]) -> dict[str, Any]:
    rule = RULES.get(described["id"])
    if rule is None:
        return described
    return {
        "id": rule.id,
        "name": _name_rule(rule),
        "shortDescription": {"text": f"{rule.name}."},
        "fullDescription": {"text": rule.why},
        "help": {"text": _summarize_help(rule), "markdown": _format_help(rule)},
        "helpUri": rule.guideline,
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            **described.get("properties", {}),
            # Whether a place is a sink is a matter of a table, and no matter of IAM's own rules.
            "precision": "high" if rule.id == EXPOSED_SECRETS.text.id else "very-high",
            "problem.severity": _PROBLEMS[rule.severity],
            "tags": _list_tags(rule),
        },
    }


def _name_rule(rule: Rule) -> str:
    """Return the title of a rule in the PascalCase that SARIF asks for."""
    return "".join(word.capitalize() for word in _LETTERS.findall(rule.title))


def _list_tags(rule: Rule) -> list[str]:
    benchmarks = ["-".join(_WORD.findall(str(each).lower())) for each in rule.benchmarks]
    return ["security", "aws", rule.category.lower(), *benchmarks][:_MOST_TAGS]


def _end_sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _summarize_help(rule: Rule) -> str:
    command = f" Command: {rule.command}" if rule.command else ""
    return f"{rule.why} {rule.remedy}{command}"


def _format_help(rule: Rule) -> str:
    command = f"For a live user:\n\n```\n{rule.command}\n```\n\n" if rule.command else ""
    if rule.command == TURN_OFF:
        command += (
            'A key that a template declares: set `status = "Inactive"` (Terraform) or `Status: Inactive` '
            "(CloudFormation) there, or the next deployment turns it on again.\n\n"
        )
    lines = "\n".join(f"| {each.name} | {each.control or 'as a whole'} |" for each in rule.benchmarks)
    benchmarks = f"### Benchmarks\n\n| benchmark | control |\n|---|---|\n{lines}\n" if lines else ""
    return f"## {rule.name}\n\n{rule.why}\n\n### How to fix\n\n{rule.remedy}\n\n{command}{benchmarks}"
