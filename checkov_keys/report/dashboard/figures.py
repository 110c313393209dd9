"""Results of many runners → the numbers, the counts and the lists of a page, one runner after the other."""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from checkov_keys.domain.rules.family import RULES
from checkov_keys.domain.users import ROOT
from checkov_keys.report.dashboard.audits import AuditNotes
from checkov_keys.report.dashboard.benchmarks import BenchmarkReader
from checkov_keys.report.dashboard.findings import (
    FAILED,
    PASSED,
    SUPPRESSED,
    UNJUDGED,
    VERDICTS,
    Finding,
    build_finding,
    build_unjudged,
    format_module,
    is_active,
    read_access_keys,
    read_account,
    read_file,
)
from checkov_keys.report.dashboard.texts import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checkov_keys.report.dashboard.results import RunnerResults

# More than these are counted, not listed, so that a browser can still open the page.
MOST_LISTED = {FAILED: 25_000, UNJUDGED: 25_000, SUPPRESSED: 25_000, PASSED: 5_000}

# Upper limits in whole days, the limit itself not included.
_AGES = (
    (30, "under 30 days"),
    (90, "30 to 89 days"),
    (180, "90 to 179 days"),
    (365, "180 to 364 days"),
    (math.inf, "365 days or more"),
)
_IDLE = (
    (30, "under 30 days ago"),
    (90, "30 to 89 days ago"),
    (365, "90 to 364 days ago"),
    (math.inf, "365 days ago or more"),
)
_NEVER, _UNKNOWN = "never", "not known"
# Of hexadecimal digits: two of 50,000 findings rarely share one, and are told apart if they do.
_ID_LENGTH = 10
# How Checkov's summary names what is of a verdict.
_SUMMARY = {
    FAILED: ("failed",),
    UNJUDGED: ("parsing_errors", "unjudged"),
    SUPPRESSED: ("skipped",),
    PASSED: ("passed",),
}


class DashboardNumbers:
    """What a page shows of the results that were added.

    `counts` {verdict: number} counts everything, also what no list names; `unnamed` {verdict: number} what summaries
    count and no list names, as after Checkov's --quiet; `listed` {verdict: [finding]} is what the page lists.
    `by_account`, `by_file` and `by_check` are {name: {verdict: number}}, `account_names` {id: name}, `types` the
    runners' names, `checks` {id: a finding of that check}, `modules` texts that name each module that is not here,
    `audits` who read the accounts and when. `silent` is whether any results would not name what was not judged.
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.unnamed: Counter[str] = Counter()
        self.listed: dict[str, list[Finding]] = {verdict: [] for verdict in VERDICTS}
        self.by_account: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.by_file: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.by_check: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.account_names: dict[str, str] = {}
        self.types: set[str] = set()
        self.checks: dict[str, Finding] = {}
        self.modules: dict[str, None] = {}
        self.audits = AuditNotes()
        self.silent = False
        self._benchmarks = BenchmarkReader()
        self._ids: Counter[str] = Counter()
        self._keys: dict[str, dict[str, Any]] = {}
        self._active_of: dict[tuple[str, str], int] = {}
        self._failing: set[tuple[str, str]] = set()

    def add(self, results: RunnerResults) -> None:
        """Add what one runner reported."""
        check_type = clean_text(results.check_type)
        if check_type:
            self.types.add(check_type)
        for verdict, records in ((FAILED, results.failed), (SUPPRESSED, results.skipped), (PASSED, results.passed)):
            for record in records:
                self._add_record(record, verdict, check_type)
        self._add_all_unjudged(results, check_type)
        for verdict, names in _SUMMARY.items():
            unlisted = sum(results.unlisted.get(name, 0) for name in names)
            self.unnamed[verdict] += unlisted
            self.counts[verdict] += unlisted
        self.silent |= not results.tells_unjudged
        self.modules.update(dict.fromkeys(filter(None, map(format_module, results.modules))))
        for account, name in self.audits.add(results.audit):
            # Also without a user, it was audited.
            self.by_account[account].update(())
            if name:
                self.account_names[account] = name

    def _add_all_unjudged(self, results: RunnerResults, check_type: str) -> None:
        named = {clean_text(each.get("address")).lstrip("/") for each in results.unjudged}
        for path in results.parsing_errors:
            name = clean_text(path)
            # If a reason is told for the file, this is the same fault once more.
            if name.lstrip("/") not in named:
                self._add_unjudged(build_unjudged(name, "it does not parse", file=name, type=check_type))
        for each in results.unjudged:
            more = {"account": clean_text(each.get("account")), "accountName": clean_text(each.get("account_name"))}
            rule = RULES.get(clean_text(each.get("rule")))
            if rule:
                more.update(check=rule.id, name=rule.name, severity=rule.severity, why=rule.why, remedy=rule.remedy)
            self._add_unjudged(
                build_unjudged(clean_text(each.get("address")), clean_text(each.get("reason")), type=check_type, **more)
            )

    @property
    def total(self) -> int:
        """How many verdicts there are, including those that could not be given."""
        return sum(self.counts.values())

    @property
    def active_keys(self) -> list[dict[str, Any]]:
        """The active keys of all users, each once."""
        return [key for key in self._keys.values() if is_active(key)]

    @property
    def users_with_several(self) -> int:
        """How many users have more than one active key, whatever the verdict on them."""
        return sum(active > 1 for active in self._active_of.values())

    @property
    def failing_users(self) -> int:
        """How many live users any check fails, each counted once."""
        return len(self._failing)

    @property
    def tells_of_keys(self) -> bool:
        """Whether any record is one of a live user."""
        return bool(self._active_of)

    def not_listed(self, verdict: str) -> int:
        """Return how many of a verdict are counted only."""
        return self.counts[verdict] - len(self.listed[verdict])

    def _add_record(self, record: dict[str, Any], verdict: str, check_type: str) -> None:
        check = clean_text(record["check_id"])
        self._count(verdict, read_account(record), clean_text(record.get("account_name")), read_file(record))
        self.by_check[check][verdict] += 1
        if "access_keys" in record:
            keys = read_access_keys(record)
            # The same user in results of another day is the same user, as it was read last.
            who = read_account(record), clean_text(record.get("user"))
            if who[1] != ROOT:
                self._active_of[who] = sum(map(is_active, keys))
                self._failing.update({who} if verdict == FAILED else ())
            self._keys.update((key["id"], key) for key in keys)
        if len(self.listed[verdict]) < MOST_LISTED[verdict]:
            found = build_finding(record, verdict, check_type, self._benchmarks)
            self._list(found)
            self.checks.setdefault(check, found)

    def _add_unjudged(self, found: Finding) -> None:
        self._count(UNJUDGED, found.get("account", ""), found.get("accountName", ""), found.get("file", ""))
        if found.get("check"):
            self.by_check[found["check"]][UNJUDGED] += 1
            self.checks.setdefault(found["check"], found)
        if len(self.listed[UNJUDGED]) < MOST_LISTED[UNJUDGED]:
            self._list(found)

    def _list(self, found: Finding) -> None:
        """Add a finding with an id that it has on every page, whatever its verdict and its lines are by then."""
        names = ("check", "account", "file", "address", "resource")
        text = "\n".join(found.get(name, "") for name in names)
        short = hashlib.sha256(text.encode()).hexdigest()[:_ID_LENGTH]
        self._ids[short] += 1
        found["id"] = short if self._ids[short] == 1 else f"{short}-{self._ids[short]}"
        self.listed[found["verdict"]].append(found)

    def _count(self, verdict: str, account_id: str, account_name: str, path: str) -> None:
        self.counts[verdict] += 1
        if account_id:
            self.by_account[account_id][verdict] += 1
            if account_name:
                self.account_names[account_id] = account_name
        if path:
            self.by_file[path][verdict] += 1


def count_ages(keys: Iterable[dict[str, Any]]) -> list[tuple[str, int]]:
    """Return how many of the keys are how old."""
    counted = Counter(_find_bucket(key["age"], _AGES) for key in keys)
    return [(label, counted[label]) for label in (*(label for _, label in _AGES), _UNKNOWN)]


def count_last_uses(keys: Iterable[dict[str, Any]]) -> list[tuple[str, int]]:
    """Return how many of the keys were last used how long before the account was read."""
    counted = Counter(_NEVER if key["never"] else _find_bucket(key["idle"], _IDLE) for key in keys)
    return [(label, counted[label]) for label in (_NEVER, *(label for _, label in reversed(_IDLE)), _UNKNOWN)]


def find_oldest(keys: Iterable[dict[str, Any]]) -> int | None:
    """Return the age in days of the oldest key, None if no age is known."""
    return max((key["age"] for key in keys if key["age"] is not None), default=None)


def _find_bucket(days: int | None, buckets: tuple[tuple[float, str], ...]) -> str:
    return _UNKNOWN if days is None else next(label for limit, label in buckets if days < limit)
