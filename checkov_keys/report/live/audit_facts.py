"""Who audited which accounts, when and with what, and how many users each account has: in every format."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, NamedTuple

from checkov.version import version as checkov_version

from checkov_keys import __version__
from checkov_keys.domain.rules.judging import DEFAULT_THRESHOLDS, Thresholds
from checkov_keys.domain.text import one_line
from checkov_keys.domain.users import EVERYBODY
from checkov_keys.report.plain_text import account_label

if TYPE_CHECKING:
    from checkov_keys.domain.shards import Shard
    from checkov_keys.domain.users import Account
    from checkov_keys.report.live.live_report import LiveReport

# Not "Checkov": a later upload of the same tool and category replaces the earlier one.
TOOL = "checkov-keys"
# How the ARN of a root user ends.
_ROOT = ":root"


class AccountCounts(NamedTuple):
    """An audited account, when it was read (UTC, None if it was not), and how many users it has.

    `users` are those that AWS listed, None if it listed none of an account that could not be read. `failed` are those
    that any rule fails in the report, which a baseline may make fewer, `skipped` others that a rule skips, `passed`
    those of which nothing else is said; `unjudged` is how many users or parts of the account could not be judged by
    every rule, one of which may be the whole account. `root` is the verdict on the root user, "" if there is none.
    """

    id: str
    name: str
    read_at: datetime | None
    users: int | None
    failed: int
    passed: int
    skipped: int
    unjudged: int
    root: str = ""

    @property
    def label(self) -> str:
        """The account as it is named to people."""
        return account_label(self.id, self.name)


class AuditFacts(NamedTuple):
    """Who audited which accounts, and with what; `caller` is an ARN, "" if it is not known.

    `shard` is the part of the accounts that these are, None if they are all; `missing` are those that nobody has read.
    `rules` are ids of those by which the accounts were judged, by the `thresholds`.
    """

    caller: str
    accounts: tuple[AccountCounts, ...]
    shard: Shard | None = None
    missing: tuple[Shard, ...] = ()
    rules: tuple[str, ...] = ()
    thresholds: Thresholds = DEFAULT_THRESHOLDS

    @property
    def began(self) -> datetime | None:
        """When the first account was read (UTC), None if that is not known."""
        return min((each.read_at for each in self.accounts if each.read_at), default=None)

    @property
    def last_began(self) -> datetime | None:
        """When the account that was read last began to be read (UTC), None if that is not known."""
        return max((each.read_at for each in self.accounts if each.read_at), default=None)

    @property
    def tools(self) -> str:
        """What audited, in words."""
        return f"{TOOL} {__version__} with Checkov {checkov_version}"

    @property
    def reading(self) -> str:
        """When and by whom the accounts were read, in words without a full stop; "" if neither is known."""
        when = ""
        if self.began and self.last_began:
            first, last = format_minute(self.began), format_minute(self.last_began)
            when = f"{first} UTC" if first == last else f"{first} to {last} UTC"
        by = f"by {one_line(self.caller)}" if self.caller else ""
        return " ".join(["read", *filter(None, (when, by))]) if when or by else ""

    def encode(self) -> dict[str, Any]:
        """Return the facts as JSON: times in ISO 8601, null for what is not known."""
        accounts = [
            {
                **each._asdict(),
                "name": one_line(each.name),
                "read_at": each.read_at.isoformat() if each.read_at else None,
            }
            for each in self.accounts
        ]
        return {
            "tool": TOOL,
            "version": __version__,
            "checkov_version": checkov_version,
            "caller": one_line(self.caller) or None,
            "rules": list(self.rules),
            "thresholds": self.thresholds._asdict(),
            "accounts": accounts,
            "shard": self.shard.encode() if self.shard else None,
            "missing_shards": [shard.encode() for shard in self.missing],
        }


def count_verdicts(report: LiveReport) -> dict[str, Counter[str]]:
    """Return how many users of each account have each verdict, each user counted once, for the worst that is said.

    How much of an account could not be judged is counted by itself: a user may fail one rule and be unknown to another.
    """
    counts: dict[str, Counter[str]] = {}
    counted = {(each.account, each.address) for each in report.unjudged}
    counts["unjudged"] = Counter(account for account, _ in counted)
    for name in ("failed", "skipped", "passed"):
        subjects = {each for each in report.list_subjects(f"{name}_checks") if not each[1].endswith(_ROOT)}
        subjects -= counted if name != "failed" else set()
        counted |= subjects
        counts[name] = Counter(account for account, _ in subjects)
    return counts


def find_root_verdicts(report: LiveReport) -> dict[str, str]:
    """Return the verdict on the root user of each account in a report, by the account's id."""
    verdicts = {each.account: "UNKNOWN" for each in report.unjudged if each.address.endswith(_ROOT)}
    for name in ("passed", "skipped", "failed"):
        subjects = report.list_subjects(f"{name}_checks")
        verdicts.update((account, name.upper()) for account, address in subjects if address.endswith(_ROOT))
    return verdicts


def collect_facts(report: LiveReport) -> AuditFacts:
    """Return the facts of a report, or of a part of one, whose counts are those of the whole."""
    counts = report.counts or count_verdicts(report)
    roots = find_root_verdicts(report)
    accounts: dict[str, list[Account]] = {}
    for account in report.accounts:
        accounts.setdefault(account.id, []).append(account)
    return AuditFacts(
        next((account.caller for account in report.accounts if account.caller), ""),
        tuple(
            AccountCounts(
                number,
                next((each.name for each in same if each.name), ""),
                min((each.read_at for each in same if each.read_at), default=None),
                _count_users(same),
                **{name: count[number] for name, count in counts.items()},
                root=roots.get(number, ""),
            )
            for number, same in accounts.items()
        ),
        report.shard,
        report.missing,
        tuple(rule.text.id for rule in report.rules),
        report.thresholds,
    )


def describe_counts(counts: AccountCounts) -> str:
    """Return the counts of an account in words, without its name."""
    root = f", root user {counts.root.lower()}" if counts.root not in {"", "PASSED"} else ""
    if not counts.users:
        return f"{'no users' if counts.users == 0 else 'not judged'}{root}"
    users = f"{counts.users:,} user{'' if counts.users == 1 else 's'}"
    more = f", {counts.skipped:,} skipped" if counts.skipped else ""
    more += f", {counts.unjudged:,} not judged" if counts.unjudged else ""
    return f"{users}, {counts.failed:,} failed, {counts.passed:,} passed{more}{root}"


def format_minute(moment: datetime) -> str:
    """Return a time to the minute, in UTC."""
    return f"{moment.astimezone(timezone.utc):%Y-%m-%d %H:%M}"


def _count_users(accounts: list[Account]) -> int | None:
    addresses = {user.address for account in accounts for user in account.users}
    unjudged = {each.address for account in accounts for each in account.unjudged}
    addresses |= {address for address in unjudged if not address.endswith((EVERYBODY, _ROOT))}
    return len(addresses) if addresses or not unjudged else None
