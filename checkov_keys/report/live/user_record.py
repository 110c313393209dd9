"""The verdict on a live user as Checkov's Record."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from checkov.common.bridgecrew.severities import Severities
from checkov.common.models.enums import CheckResult
from checkov.common.output.record import Record

from checkov_keys.domain.assessment import DEFAULT_POLICY, Policy, assess, time_of
from checkov_keys.domain.rules.one_active_key import ONE_ACTIVE_KEY
from checkov_keys.domain.rules.rule import Verdict
from checkov_keys.domain.text import one_line
from checkov_keys.domain.users import ROOT
from checkov_keys.report.live.evidence import (
    build_console_link,
    count_days_since,
    describe_key,
    encode_key,
    select_active,
)
from checkov_keys.report.plain_text import account_label

if TYPE_CHECKING:
    from datetime import datetime

    from checkov_keys.domain.drift import TemplateJoin
    from checkov_keys.domain.rules.judging import LiveRule
    from checkov_keys.domain.templates import SourceRange
    from checkov_keys.domain.users import Account, User

# Checkov hides a code block of 50 lines; a key takes ten of them.
_KEYS_IN_FULL = 4
# No user's name holds a tilde.
_ROOT_FILE = "~root"
_RESULTS = {
    Verdict.PASSED: CheckResult.PASSED,
    Verdict.FAILED: CheckResult.FAILED,
    Verdict.SKIPPED: CheckResult.SKIPPED,
}


class Review(NamedTuple):
    """The policy by which users are judged, and what templates declare of them, None if nobody asked."""

    policy: Policy = DEFAULT_POLICY
    templates: TemplateJoin | None = None


DEFAULT_REVIEW = Review()


class _Where(NamedTuple):
    """The file and lines of a finding, with their text."""

    path: str
    absolute: str
    first: int
    last: int
    lines: list[tuple[int, str]]


class _Own(NamedTuple):
    """What is said of a user, whatever the rule."""

    user: User
    keys: list[dict[str, Any]]
    where: _Where


class _Memory:
    """Remembers what was said of the last user that passes: it has a record for each rule."""

    def __init__(self) -> None:
        self._last: _Own | None = None

    def recall(self, user: User, now: datetime, *, passed: bool) -> _Own:
        if passed and self._last is not None and self._last.user is user:
            return self._last
        keys = [encode_key(key, now, with_history=not passed) for key in user.keys]
        own = _Own(user, keys, _locate_at_user(user, keys, failed=not passed))
        self._last = own if passed else None
        return own


class UserRecord(Record):
    """The verdict of a rule over one user; a violating one is at the lines that declare it, if templates do.

    Beside Checkov's own attributes, `account`, `account_name`, `user`, `access_keys`, `user_created`, `user_age_days`,
    `console_password_last_used`, `console` (a link) and, of a user that violates the rule, `finding`, what is wrong
    with which keys, and `proposal` reach the JSON output, for dashboards; so does `note`, which says why a user is
    skipped, or why an exemption does not hold. `template` is the file and lines that declare it, None if none are
    known. The record of a root user is one of a user without keys.
    """

    def __init__(
        self,
        rule: LiveRule,
        user: User,
        account: Account,
        review: Review = DEFAULT_REVIEW,
        memory: _Memory | None = None,
    ) -> None:
        """Judge a user, and put the finding at a path that stays the same as long as the user exists.

        `memory` keeps what the records of one user share, which are made one after the other.
        """
        now = time_of(account)
        verdict, note, proposed, judgement = assess(rule, user, account, review.policy)
        result: dict[str, Any] = {"result": _RESULTS[verdict]}
        if verdict is Verdict.SKIPPED:
            result["suppress_comment"] = note
        own = (memory or _Memory()).recall(user, now, passed=verdict is Verdict.PASSED)
        self.access_keys = own.keys
        source_range = review.templates.source_range(user, proposed.key) if proposed and review.templates else None
        where = _locate_at_template(source_range) if source_range and is_in_repository(source_range) else own.where
        super().__init__(
            check_id=rule.text.id,
            check_name=rule.text.name,
            check_result=result,  # type: ignore[arg-type]  # Checkov's own type, as a plain dict
            code_block=where.lines,
            file_path=where.path,
            file_line_range=[where.first, where.last],
            resource=user.address,
            evaluations=None,
            check_class=__name__,
            file_abs_path=where.absolute,
            entity_tags={},
            severity=Severities[rule.text.severity],
            bc_category=rule.text.category,
            benchmarks=rule.text.encode_benchmarks(),  # type: ignore[arg-type]  # Checkov's platform nests them
        )
        # Whatever Checkov makes of it.
        self.repo_file_path = where.path
        self.set_guideline(rule.text.guideline)
        self.account = user.account
        self.account_name = one_line(account.name)
        self.user = user.name
        self.user_created = user.created.isoformat() if user.created else None
        self.user_age_days = count_days_since(user.created, now)
        self.console_password_last_used = user.password_last_used.isoformat() if user.password_last_used else None
        self.console = build_console_link(account.partition, user.name)
        failed = judgement.verdict is Verdict.FAILED
        self.finding = (
            {
                "keys": list(judgement.keys),
                "sentence": judgement.text,
                "summary": judgement.summary,
            }
            if failed
            else None
        )
        self.note = note
        self.template = str(source_range) if source_range else None
        self.proposal: dict[str, Any] | None = None
        if proposed:
            self.proposal = {"key": proposed.key, "sentence": proposed.sentence, "steps": list(proposed.steps)}

    @staticmethod
    def _determine_repo_file_path(file_path: Any) -> str:  # type: ignore[override]  # noqa: ANN401  # as Checkov's
        """Return the path as it is; Checkov would make it relative to the working directory, which is slow."""
        return str(file_path)


class PassedRecords(Sequence["Record"]):
    """A list, as Checkov's Report has one, whose records are made anew whenever they are read.

    An organization has a hundred thousand users that pass, and most formats show none of them.
    """

    def __init__(self, review: Review) -> None:
        self._review = review
        self._passed: list[tuple[LiveRule, User, Account]] = []

    def add(self, rule: LiveRule, user: User, account: Account) -> None:
        """Add a user that a rule passes."""
        self._passed.append((rule, user, account))

    def list_subjects(self) -> Iterator[tuple[str, str]]:
        """Yield the account and the address of each user, without making records."""
        return ((account.id, user.address) for _, user, account in self._passed)

    def count_rules(self) -> Counter[str]:
        """Return how many users pass each rule, by its id."""
        return Counter(rule.text.id for rule, _, _ in self._passed)

    def select(self, rule: str) -> Iterator[Record]:
        """Yield the records of the rule of an id."""
        return self._make(each for each in self._passed if each[0].text.id == rule)

    def __len__(self) -> int:
        return len(self._passed)

    def __iter__(self) -> Iterator[Record]:
        return self._make(self._passed)

    def _make(self, passed: Iterable[tuple[LiveRule, User, Account]]) -> Iterator[Record]:
        memory = _Memory()
        return (UserRecord(*each, self._review, memory) for each in passed)

    def __getitem__(self, index: int | slice) -> Record | list[Record]:  # type: ignore[override]
        if isinstance(index, slice):
            return [UserRecord(*each, self._review) for each in self._passed[index]]
        return UserRecord(*self._passed[index], self._review)

    def __add__(self, others: Iterable[Record]) -> list[Record]:
        return [*self, *others]

    def __radd__(self, others: Iterable[Record]) -> list[Record]:
        return [*others, *self]


def count_passed(records: Iterable[Record]) -> Counter[str]:
    """Return how many users pass each rule, by its id, without making their records if that is possible."""
    if isinstance(records, PassedRecords):
        return records.count_rules()
    return Counter(record.check_id for record in records)


def is_in_repository(source_range: SourceRange) -> bool:
    """Tell whether a file is below the working directory, and so can be named in a report of a repository.

    https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
    """
    return not source_range.path.startswith(("../", "/")) and source_range.first_line > 0


def _locate_at_template(source_range: SourceRange) -> _Where:
    absolute = str(Path(source_range.path).resolve())
    return _Where(
        f"/{source_range.path}", absolute, source_range.first_line, source_range.last_line, _read_lines(source_range)
    )


def _locate_at_user(user: User, keys: list[dict[str, Any]], *, failed: bool) -> _Where:
    root = user.name == ROOT
    path = f"/aws/{user.account}/iam/{_ROOT_FILE if root else _escape_dots(user.name)}"
    shown = _format_summary(present=failed) if root else _format_like_aws_cli(user, keys)
    lines = list(enumerate(shown, start=1))
    return _Where(path, path, 1, len(lines), lines)


def describe_finding(record: UserRecord) -> str:
    """Return a sentence about a user that names the account and the keys that violate the rule, and what to do.

    For the rule about the number of active keys, and for a user that does not violate a rule, it names all active keys.
    """
    account = account_label(record.account, record.account_name)
    root = record.user == ROOT
    who = f"The root user of account {account}" if root else f"IAM user {record.user} in account {account}"
    note, proposed = f"{record.note}." if record.note else "", _join_steps(record.proposal)
    if record.finding and record.check_id != ONE_ACTIVE_KEY.text.id:
        sentence = f"{who}{'' if root else ':'} {record.finding['sentence']}."
        return " ".join(filter(None, (sentence, note, proposed)))
    held = select_active(record.access_keys)
    count = f"{len(held) or 'no'} active access key{'' if len(held) == 1 else 's'}"
    named = f": {', '.join(map(describe_key, held))}" if held else ""
    return " ".join(filter(None, (f"{who} has {count}{named}.", note, proposed)))


def _join_steps(proposal: dict[str, Any] | None) -> str:
    """Return what to do, with the commands for a person to run, "" if there is nothing to do."""
    return " ".join([proposal["sentence"], "; ".join(proposal["steps"])]).strip() if proposal else ""


def _format_like_aws_cli(user: User, keys: list[dict[str, Any]]) -> list[str]:
    """Return lines like those of aws iam list-access-keys, each key with what get-access-key-last-used says of it."""
    entries = [_build_cli_entry(data) for data in keys]
    if len(entries) <= _KEYS_IN_FULL:
        text = json.dumps({"UserName": user.name, "AccessKeyMetadata": entries}, indent=4)
    else:
        listed = ",\n".join(f"        {json.dumps(entry)}" for entry in entries)
        text = f'{{\n    "UserName": {json.dumps(user.name)},\n    "AccessKeyMetadata": [\n{listed}\n    ]\n}}'
    return [f"{line}\n" for line in text.splitlines()]


def _format_summary(*, present: bool) -> list[str]:
    """Return lines like those of aws iam get-account-summary, of which only the root user's keys matter."""
    text = json.dumps({"SummaryMap": {"AccountAccessKeysPresent": int(present)}}, indent=4)
    return [f"{line}\n" for line in text.splitlines()]


def _build_cli_entry(data: dict[str, Any]) -> dict[str, Any]:
    entry: dict[str, Any] = {"AccessKeyId": data["id"], "Status": data["status"], "CreateDate": data["created"]}
    if data["last_used_service"]:
        used = {"LastUsedDate": data["last_used"]} if data["last_used"] else {}
        used |= {"ServiceName": data["last_used_service"], "Region": data["last_used_region"]}
        entry["AccessKeyLastUsed"] = used
    return entry


def _escape_dots(name: str) -> str:
    # IAM allows a user called "..", which would lead out of the folder; no user name holds a tilde.
    return name if name.strip(".") else f"~{name}"


def _read_lines(source_range: SourceRange) -> list[tuple[int, str]]:
    """Return the lines of a file with their numbers and line breaks, as Checkov has them; none if it is gone."""
    try:
        lines = Path(source_range.path).read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
    except OSError:
        return []
    return list(enumerate(lines, 1))[source_range.first_line - 1 : source_range.last_line]
