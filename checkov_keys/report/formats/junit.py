"""A live report as a suite of JUnit: each user is a case, and so is everything that could not be judged."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from checkov.version import version as checkov_version

from checkov_keys import __version__
from checkov_keys.domain.rules.family import RULES
from checkov_keys.domain.rules.one_active_key import ONE_ACTIVE_KEY
from checkov_keys.domain.users import ROOT
from checkov_keys.report.formats.junit_suites import Case, Outcome, Suite, stream_suites
from checkov_keys.report.live.audit_facts import TOOL, collect_facts, describe_counts
from checkov_keys.report.live.drift import format_drift
from checkov_keys.report.live.evidence import count_active, format_key
from checkov_keys.report.live.user_record import UserRecord
from checkov_keys.report.live.user_text import format_account
from checkov_keys.report.plain_text import account_label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checkov.common.output.record import Record

    from checkov_keys.domain.drift import Drift
    from checkov_keys.domain.users import Unjudged
    from checkov_keys.report.live.live_report import LiveReport

# What a user is that no rule could judge.
_EVERY_RULE = "every rule:"
_NAME = f"{TOOL} audit"
_BENCHMARKS = {rule.id: "; ".join(map(str, rule.benchmarks)) for rule in RULES.values()}


def stream_junit(report: LiveReport) -> Iterator[str]:
    """Yield the parts of the XML document that holds the report's test suite."""
    counts = {
        Outcome.PASSED: len(report.passed_checks),
        Outcome.FAILED: len(report.failed_checks),
        Outcome.SKIPPED: len(report.skipped_checks) + len(report.drift),
        Outcome.ERROR: len(report.unjudged),
    }
    facts = collect_facts(report)
    properties = {
        "tool": f"{TOOL} {__version__}",
        "checkov": checkov_version,
        "caller": facts.caller,
        "accounts": "; ".join(f"{each.label}: {describe_counts(each)}" for each in facts.accounts),
    }
    known = {name: value for name, value in properties.items() if value}
    return stream_suites(_NAME, [Suite(_NAME, counts, build_cases(report), known, facts.began)])


def build_cases(report: LiveReport) -> Iterator[Case]:
    """Yield a case for each record, then an error for each thing not judged, then a skipped case for each difference.

    A name holds the account if the report is about several. A difference from templates neither passes nor fails: the
    rule is about something else.
    """
    several = len({account.id for account in report.accounts}) > 1
    for record in itertools.chain(report.passed_checks, report.failed_checks, report.skipped_checks):
        if isinstance(record, UserRecord):
            yield _build_case(record, several=several)
    rule = report.rules[0].text.id if len(report.rules) == 1 else _EVERY_RULE
    others = itertools.chain(
        (_build_error(each, rule, several=several) for each in report.unjudged), map(_build_drift, report.drift)
    )
    seen: dict[tuple[str, str], int] = {}
    for case in others:
        # Two files of one name in a list of templates, say.
        number = seen[case[:2]] = seen.get(case[:2], 0) + 1
        yield case if number == 1 else case._replace(name=f"{case.name} ({number})")


def _build_case(record: UserRecord, *, several: bool) -> Case:
    outcome = {"FAILED": Outcome.FAILED, "SKIPPED": Outcome.SKIPPED}.get(_result(record), Outcome.PASSED)
    message = {
        Outcome.FAILED: _describe_failure(record),
        Outcome.SKIPPED: str(record.check_result.get("suppress_comment") or "it is in the baseline"),
    }
    case = Case(
        _name_user(record.check_id, record.user, record.account if several else ""),
        _name_class(record.account),
        outcome,
        message.get(outcome, ""),
    )
    return case if outcome is Outcome.PASSED else case._replace(text=_describe(record))


def _describe_failure(record: UserRecord) -> str:
    sentence = record.finding["sentence"] if record.finding else ""
    if record.user == ROOT:
        return f"The root user {sentence}"
    if record.check_id == ONE_ACTIVE_KEY.text.id:
        return f"IAM user {record.user} has {count_active(record.access_keys)} active access keys"
    return f"IAM user {record.user}: {sentence}"


def _result(record: Record) -> str:
    return str(getattr(record.check_result["result"], "value", ""))


def _describe(record: UserRecord) -> str:
    """Return in lines what is known of a user, and what to do."""
    declared = [f"Declared: {record.template}"] if record.template else []
    note = [f"Note: {record.note}"] if record.note else []
    found = [f"Finding: {record.finding['sentence']}"] if record.finding else []
    proposed = [f"Proposal: {record.proposal['sentence']}", *record.proposal["steps"]] if record.proposal else []
    lines = [
        record.check_name,
        format_account(record),
        f"Resource: {record.resource}",
        *declared,
        *map(format_key, record.access_keys),
        *found,
        *note,
        *proposed,
        f"Console: {record.console}",
        f"Guide: {record.guideline}",
        f"Benchmarks: {_BENCHMARKS.get(record.check_id, '')}",
    ]
    return "\n".join(lines)


def _build_error(unjudged: Unjudged, rule: str, *, several: bool) -> Case:
    _, is_user, resource = unjudged.address.partition(":user/")
    account = unjudged.account if several else ""
    rule = unjudged.rule or rule
    name = f"{rule} {unjudged.address}"
    if unjudged.address.endswith(":root"):
        name = _name_user(rule, ROOT, account)
    if is_user:
        user = resource.rpartition("/")[2]
        name = f"{rule} all users{_in_account(account)}" if user == "*" else _name_user(rule, user, account)
    label = account_label(unjudged.account, unjudged.account_name)
    lines = [*([f"Account: {label}"] if label else []), f"Not judged: {unjudged.address}", f"Reason: {unjudged.reason}"]
    return Case(name, _name_class(unjudged.account), Outcome.ERROR, f"Not judged: {unjudged.reason}", "\n".join(lines))


def _build_drift(drift: Drift) -> Case:
    which = [drift.user, *(drift.keys or (() if drift.user else map(str, drift.source_ranges)))]
    name = " ".join(["Drift:", drift.kind.value, *filter(None, which)])
    return Case(name, f"aws.{drift.account or 'all'}.drift", Outcome.SKIPPED, format_drift(drift))


def _name_user(rule: str, user: str, account: str) -> str:
    return f"{rule} {'root user' if user == ROOT else f'user {user}'}{_in_account(account)}"


def _in_account(account: str) -> str:
    return f" in account {account}" if account else ""


def _name_class(account: str) -> str:
    """Return the class that readers group cases by, below a package: the account, or templates."""
    return f"aws.{account}.iam" if account else "templates"
