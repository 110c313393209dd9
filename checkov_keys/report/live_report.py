"""A live account's verdicts as Checkov's Report and Record."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING, Any

from checkov.common.bridgecrew.severities import Severities
from checkov.common.models.enums import CheckResult
from checkov.common.output.record import Record
from checkov.common.output.report import Report
from junit_xml import TestCase, TestSuite
from tabulate import tabulate
from termcolor import colored

from checkov_keys.domain.rules import RULES, Rule, Verdict
from checkov_keys.domain.users import AccessKey, KeyStatus, LastUse, NoUse, Unjudged, User

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checkov.common.output.baseline import Baseline

    from checkov_keys.domain.users import Account

CHECK_TYPE = "aws_iam"
# Checkov hides a code block of 50 lines; a key takes ten of them.
_KEYS_IN_FULL = 4
# ECMA-48: a control sequence (colours, cursor), then an operating system command (titles, links).
_ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?")
_RESULTS = {Verdict.PASSED: CheckResult.PASSED, Verdict.FAILED: CheckResult.FAILED}


class UserRecord(Record):
    """The verdict over one user. `account`, `user` and `access_keys` reach the JSON output, for dashboards."""

    def __init__(self, rule: Rule, user: User, verdict: Verdict) -> None:
        """Place the finding at a path that stays the same as long as the user exists."""
        path = f"/aws/{user.account}/iam/{_path_segment(user.name)}"
        lines = _as_aws_cli_prints(user)
        super().__init__(
            check_id=rule.id,
            check_name=rule.name,
            check_result={"result": _RESULTS[verdict]},
            code_block=list(enumerate(lines, start=1)),
            file_path=path,
            file_line_range=[1, len(lines)],
            resource=user.address,
            evaluations=None,
            check_class=__name__,
            file_abs_path=path,
            entity_tags={},
            severity=Severities[rule.severity],
            bc_category=rule.category,
            benchmarks={name: list(sections) for name, sections in rule.benchmarks},
        )
        # Checkov would make it relative to the working directory.
        self.repo_file_path = path
        self.set_guideline(rule.guideline)
        self.account = user.account
        self.user = user.name
        self.access_keys = [_key_data(key) for key in user.keys]


class LiveReport(Report):
    """Checkov's Report of one account, with what could not be judged named in every format."""

    def __init__(self, account: Account, rules: tuple[Rule, ...] = RULES) -> None:
        """Judge every user of the account by every rule."""
        super().__init__(CHECK_TYPE)
        self.account = account
        self.guideline = rules[0].guideline
        unjudged = list(account.unread)
        for missed in account.unread:
            self.add_resource(missed.address)
        for user in account.users:
            self.add_resource(user.address)
            for rule in rules:
                verdict = rule.judge(user)
                if verdict is Verdict.UNKNOWN:
                    unjudged.append(Unjudged(user.address, "AWS gives a key a status that is not known here"))
                else:
                    self.add_record(UserRecord(rule, user, verdict))
        self.unjudged = printable(unjudged)

    def get_summary(self) -> dict[str, int | str]:
        """Return Checkov's summary with the number of things that could not be judged."""
        summary: dict[str, int | str] = super().get_summary()
        return {**summary, "unjudged": len(self.unjudged)}

    def get_dict(self, is_quiet: bool = False, *args: Any, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401, FBT001, FBT002, ARG002
        """Return Checkov's JSON in one shape: `is_quiet` empties lists, it drops none."""
        return {
            "check_type": self.check_type,
            "results": {
                "passed_checks": [] if is_quiet else [record.__dict__ for record in self.passed_checks],
                "failed_checks": [record.__dict__ for record in self.failed_checks],
                "skipped_checks": [] if is_quiet else [record.__dict__ for record in self.skipped_checks],
                "parsing_errors": list(self.parsing_errors),
                "unjudged": [{"address": missed.address, "reason": missed.reason} for missed in self.unjudged],
            },
            "summary": self.get_summary(),
            "url": self.guideline,
        }

    def is_empty(self, full: bool = False) -> bool:  # noqa: FBT001, FBT002  # as Checkov declares it
        """Tell whether there is nothing to report; something that could not be judged is something."""
        return not self.unjudged and bool(super().is_empty(full))

    def print_console(self, *args: Any, **kwargs: Any) -> str:  # noqa: ANN401
        """Return Checkov's text, then what could not be judged, also where only failures are asked for."""
        text = str(super().print_console(*args, **kwargs))
        if self.unjudged:
            count = f"Skipped checks: {len(self.skipped_checks)}"
            text = text.replace(count, f"{count}, Not judged: {len(self.unjudged)}", 1)
            text += "" if text.endswith("\n") else "\n"
            text += "".join(
                colored(f"Not judged: {missed.address}: {missed.reason}\n", "red") for missed in self.unjudged
            )
        return text

    def print_failed_github_md(self, use_bc_ids: bool = False) -> str:  # noqa: FBT001, FBT002
        """Return Checkov's Markdown, then a table of what could not be judged."""
        text = str(super().print_failed_github_md(use_bc_ids))
        if self.unjudged:
            rows = [[_table_cell(missed.address), _table_cell(missed.reason)] for missed in self.unjudged]
            table = tabulate(rows, headers=["Not judged", "Reason"], tablefmt="github", disable_numparse=True)
            text += f"### Not judged: {len(rows)}\n\n{table}\n\n---\n"
        return text

    def get_test_suite(self, properties: dict[str, Any] | None = None, use_bc_ids: bool = False) -> TestSuite:  # noqa: FBT001, FBT002
        """Return Checkov's suite with an error for everything that could not be judged."""
        suite = super().get_test_suite(properties, use_bc_ids)
        for missed in self.unjudged:
            case = TestCase(name="[NONE] Not judged", classname=f"/aws/{self.account.id}/iam.{missed.address}")
            case.add_error_info(message=missed.reason)
            suite.test_cases.append(case)
        return suite


def apply_baseline(report: LiveReport, baseline: Baseline) -> None:
    """Leave only findings that the baseline does not know, as Checkov does."""
    baseline.compare_and_reduce_reports([report])


def printable(unjudged: Iterable[Unjudged]) -> list[Unjudged]:
    """Return each address once, with all reasons for it in one line without control characters."""
    reasons: dict[str, list[str]] = {}
    for missed in unjudged:
        reasons.setdefault(_one_line(missed.address), []).append(_one_line(missed.reason))
    return [Unjudged(address, "; ".join(dict.fromkeys(each))) for address, each in reasons.items()]


def finding_sentence(record: UserRecord) -> str:
    """Return what is true of a user in one sentence that names the account and every active key."""
    active = [_key_phrase(key) for key in record.access_keys if key["status"] == KeyStatus.ACTIVE.value]
    count = f"{len(active) or 'no'} active access key{'' if len(active) == 1 else 's'}"
    named = f": {', '.join(active)}" if active else ""
    return f"IAM user {record.user} in account {record.account} has {count}{named}."


def _key_phrase(key: dict[str, Any]) -> str:
    known = [f"created {key['created'][:10]}"] if key["created"] else []
    if key["last_used"]:
        known.append(f"last used {key['last_used'][:10]} by {key['last_used_service']} in {key['last_used_region']}")
    elif key["last_used_service"]:
        known.append("never used")
    return f"{key['id']} ({', '.join(known)})" if known else str(key["id"])


def _key_data(key: AccessKey) -> dict[str, Any]:
    used = key.last_use
    at: str | None = None
    service = region = "N/A" if used is NoUse.NEVER else None
    if isinstance(used, LastUse):
        at, service, region = used.at.isoformat(), used.service, used.region
    return {
        "id": key.address,
        "status": key.status.value,
        "created": key.created.isoformat() if key.created else None,
        "last_used": at,
        "last_used_service": service,
        "last_used_region": region,
    }


def _as_aws_cli_prints(user: User) -> list[str]:
    """Return lines like those of aws iam list-access-keys, each key with what get-access-key-last-used says of it."""
    entries = [_cli_entry(key) for key in user.keys]
    if len(entries) <= _KEYS_IN_FULL:
        text = json.dumps({"UserName": user.name, "AccessKeyMetadata": entries}, indent=4)
    else:
        keys = ",\n".join(f"        {json.dumps(entry)}" for entry in entries)
        text = f'{{\n    "UserName": {json.dumps(user.name)},\n    "AccessKeyMetadata": [\n{keys}\n    ]\n}}'
    return [f"{line}\n" for line in text.splitlines()]


def _cli_entry(key: AccessKey) -> dict[str, Any]:
    data = _key_data(key)
    entry: dict[str, Any] = {"AccessKeyId": data["id"], "Status": data["status"], "CreateDate": data["created"]}
    if key.last_use is not NoUse.NOT_READ:
        used = {"LastUsedDate": data["last_used"]} if data["last_used"] else {}
        used |= {"ServiceName": data["last_used_service"], "Region": data["last_used_region"]}
        entry["AccessKeyLastUsed"] = used
    return entry


def _path_segment(name: str) -> str:
    # IAM allows a user called "..", which would lead out of the folder; no user name holds a tilde.
    return name if name.strip(".") else f"~{name}"


def _one_line(text: str) -> str:
    # Category C: control and formatting characters, lone surrogates. Line separators are white space to split().
    shown = (" " if unicodedata.category(char)[0] == "C" else char for char in _ESCAPES.sub("", text))
    return " ".join("".join(shown).split())


def _table_cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")
