"""A live account's verdicts as Checkov's Report and Record."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, NamedTuple

from checkov.common.bridgecrew.severities import Severities
from checkov.common.models.enums import CheckResult
from checkov.common.output.record import Record
from checkov.common.output.report import Report
from junit_xml import TestCase, TestSuite
from tabulate import tabulate
from termcolor import colored

from checkov_keys.domain.exemptions import Exemption, ruling
from checkov_keys.domain.rotation import rotation_until
from checkov_keys.domain.rules import RULES, Rule, Verdict
from checkov_keys.domain.turning_off import IN_USE_DAYS, proposal
from checkov_keys.domain.users import Unjudged, User
from checkov_keys.report.user_evidence import active, console_link, days_since, key_data, key_line, key_phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from checkov.common.output.baseline import Baseline

    from checkov_keys.domain.users import Account

CHECK_TYPE = "aws_iam"
# Checkov hides a code block of 50 lines; a key takes ten of them.
_KEYS_IN_FULL = 4
# ECMA-48: a control sequence (colours, cursor), then an operating system command (titles, links).
_ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?")
_RESULTS = {
    Verdict.PASSED: CheckResult.PASSED,
    Verdict.FAILED: CheckResult.FAILED,
    Verdict.SKIPPED: CheckResult.SKIPPED,
}


class Review(NamedTuple):
    """What decides how violating users are judged and which key is proposed, beside the facts."""

    in_use_days: int = IN_USE_DAYS
    rotation_grace_days: int = 0
    exemptions: tuple[Exemption, ...] = ()


DEFAULT_REVIEW = Review()


class UserRecord(Record):
    """The verdict over one user.

    Beside Checkov's own attributes, `account`, `account_name`, `user`, `access_keys`, `user_created`, `user_age_days`,
    `console_password_last_used`, `console` (a link) and, of a user that violates the rule, `proposal` reach the JSON
    output, for dashboards; so does `note`, which says why a user is skipped, or why an exemption does not hold.
    """

    def __init__(self, rule: Rule, user: User, account: Account, review: Review = DEFAULT_REVIEW) -> None:
        """Judge a user, and place the finding at a path that stays the same as long as the user exists."""
        now = account.read_at or datetime.now(timezone.utc)
        verdict, note = ruling(rule, user, review.exemptions, now.date())
        until = rotation_until(user, now, review.rotation_grace_days) if verdict is Verdict.FAILED else None
        if until is not None:
            verdict, note = Verdict.SKIPPED, f"rotation in progress until {until:%Y-%m-%d}"
        result: dict[str, Any] = {"result": _RESULTS[verdict]}
        if verdict is Verdict.SKIPPED:
            result["suppress_comment"] = note
        path = f"/aws/{user.account}/iam/{_path_segment(user.name)}"
        self.access_keys = [key_data(key, now) for key in user.keys]
        lines = _as_aws_cli_prints(user, self.access_keys)
        super().__init__(
            check_id=rule.id,
            check_name=rule.name,
            check_result=result,  # type: ignore[arg-type]  # Checkov's own type, as a plain dict
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
        self.account_name = account.name
        self.user = user.name
        self.user_created = user.created.isoformat() if user.created else None
        self.user_age_days = days_since(user.created, now)
        self.console_password_last_used = user.password_last_used.isoformat() if user.password_last_used else None
        self.console = console_link(account.partition, user.name)
        self.note = note
        self.proposal: dict[str, str | None] | None = None
        if rule.judge(user) is Verdict.FAILED:
            proposed = proposal(user, now, in_use_days=review.in_use_days, signing_key=account.signing_key)
            self.proposal = {"key": proposed.key, "sentence": proposed.sentence}

    def to_string(self, compact: bool = False, use_bc_ids: bool = False) -> str:  # noqa: FBT001, FBT002  # as Checkov
        """Return Checkov's text, then what is known of a violating user: its keys, unless compact, and what to do."""
        text = str(super().to_string(compact, use_bc_ids))
        if self.proposal is None:
            return text
        lines = [] if compact else [*self._of_the_user(), *map(key_line, self.access_keys)]
        lines += [f"Note: {self.note}"] if self.note and "suppress_comment" not in self.check_result else []
        lines += [f"Proposal: {self.proposal['sentence']}", f"Console: {self.console}"]
        return text + "".join(f"\t{line}\n" for line in lines)

    def _of_the_user(self) -> list[str]:
        if self.user_created is None:
            return []
        password = self.console_password_last_used
        used = f"last used {password[:10]}" if password else "never used"
        return [f"User: created {self.user_created[:10]}, {self.user_age_days} days ago; console password {used}"]


class LiveReport(Report):
    """Checkov's Report of accounts, with what could not be judged named in every format."""

    def __init__(
        self, accounts: Sequence[Account], rules: tuple[Rule, ...] = RULES, review: Review = DEFAULT_REVIEW
    ) -> None:
        """Judge every user of the accounts by every rule."""
        super().__init__(CHECK_TYPE)
        self.accounts = tuple(accounts)
        self.guideline = rules[0].guideline
        unjudged: list[Unjudged] = []
        for account in self.accounts:
            unjudged += account.unread
            for missed in account.unread:
                self.add_resource(missed.address)
            for user in account.users:
                self.add_resource(user.address)
                for rule in rules:
                    if rule.judge(user) is Verdict.UNKNOWN:
                        unjudged.append(Unjudged(user.address, "AWS gives a key a status that is not known here"))
                    else:
                        self.add_record(UserRecord(rule, user, account, review))
        self.unjudged = printable(unjudged)

    @property
    def scope(self) -> str:
        """What was audited, in words."""
        ids = [account.id for account in self.accounts]
        return f"account {ids[0]}" if len(ids) == 1 else f"{len(ids)} accounts"

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
            case = TestCase(
                name="[NONE] Not judged", classname=f"/aws/{account_of(missed.address)}/iam.{missed.address}"
            )
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
    """Return what is true of a user: a sentence that names the account and every active key, and what to do."""
    held = active(record.access_keys)
    count = f"{len(held) or 'no'} active access key{'' if len(held) == 1 else 's'}"
    named = f": {', '.join(map(key_phrase, held))}" if held else ""
    account = f"{record.account} ({record.account_name})" if record.account_name else record.account
    sentence = f"IAM user {record.user} in account {account} has {count}{named}."
    parts = [sentence, f"{record.note}." if record.note else "", record.proposal["sentence"] if record.proposal else ""]
    return " ".join(str(part) for part in parts if part)


def account_of(address: str) -> str:
    """Return the account id in an ARN, the address itself where it is none.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
    """
    parts = address.split(":", 5)
    return parts[4] if address.startswith("arn:") and len(parts) > 4 else address  # noqa: PLR2004  # where the id stands


def _as_aws_cli_prints(user: User, keys: list[dict[str, Any]]) -> list[str]:
    """Return lines like those of aws iam list-access-keys, each key with what get-access-key-last-used says of it."""
    entries = [_cli_entry(data) for data in keys]
    if len(entries) <= _KEYS_IN_FULL:
        text = json.dumps({"UserName": user.name, "AccessKeyMetadata": entries}, indent=4)
    else:
        listed = ",\n".join(f"        {json.dumps(entry)}" for entry in entries)
        text = f'{{\n    "UserName": {json.dumps(user.name)},\n    "AccessKeyMetadata": [\n{listed}\n    ]\n}}'
    return [f"{line}\n" for line in text.splitlines()]


def _cli_entry(data: dict[str, Any]) -> dict[str, Any]:
    entry: dict[str, Any] = {"AccessKeyId": data["id"], "Status": data["status"], "CreateDate": data["created"]}
    if data["last_used_service"]:
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
