"""A live account's verdicts as Checkov's Report."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from checkov.common.output.report import Report

from checkov_keys.domain.assessment import time_of
from checkov_keys.domain.rules.judging import Context, Subject
from checkov_keys.domain.rules.rule import Verdict
from checkov_keys.domain.shards import Shard, list_missing
from checkov_keys.domain.text import one_line
from checkov_keys.domain.users import EVERYBODY, ROOT, NotRead, Unjudged
from checkov_keys.report.live.audit_facts import collect_facts
from checkov_keys.report.live.drift import encode_drift
from checkov_keys.report.live.user_record import DEFAULT_REVIEW, PassedRecords, Review, UserRecord
from checkov_keys.report.plain_text import printable

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from checkov.common.output.record import Record

    from checkov_keys.domain.drift import Drift
    from checkov_keys.domain.rules.judging import LiveRule
    from checkov_keys.domain.users import Account

CHECK_TYPE = "aws_iam"


class LiveReport(Report):
    """Checkov's Report of accounts: the records, what could not be judged, and the drift; report/formats/ writes them.

    `accounts` are those that were audited, `drift_basis` is TemplateJoin.basis, None if no templates were given.
    """

    def __init__(
        self, accounts: Sequence[Account], rules: tuple[LiveRule, ...], review: Review = DEFAULT_REVIEW
    ) -> None:
        """Judge every user of the accounts by every rule, of which there is one at least."""
        super().__init__(CHECK_TYPE)
        self.accounts = tuple(accounts)
        self.rules = rules
        self.thresholds = review.policy.thresholds
        self.guideline = rules[0].text.guideline
        # Those of the report that this is a part of.
        self.counts: Mapping[str, Counter[str]] | None = None
        self.unjudged: list[Unjudged] = []
        self.shard: Shard | None = None
        self.missing: tuple[Shard, ...] = ()
        self.drift: tuple[Drift, ...] = review.templates.drift() if review.templates else ()
        self.drift_basis = review.templates.basis if review.templates else None
        passed = PassedRecords(review)
        for account in self.accounts:
            self.unjudged += self._judge(account, rules, review, passed)
        if review.templates:
            self.unjudged += printable(review.templates.unjudged)
        self.passed_checks = passed  # type: ignore[assignment]  # used like the list that Checkov declares

    def add_shards(self, shard: Shard | None, missing: Sequence[Shard] = ()) -> None:
        """Say which shard the accounts are, None for all, and which ones nobody has read: they cannot be judged."""
        self.shard, self.missing = shard, tuple(missing)
        self.unjudged += list_missing(missing)

    def _judge(
        self, account: Account, rules: tuple[LiveRule, ...], review: Review, passed: PassedRecords
    ) -> Iterator[Unjudged]:
        """Add a record for every user, and return what could not be judged."""
        unjudged = list(account.unjudged)
        self.resources.update(each.address for each in unjudged)
        self.resources.update(user.address for user in account.users)
        context = Context(account, time_of(account), review.policy.thresholds, review.policy.in_use_days)
        # All rules of one user, one after the other: their records share what they say of it.
        for user in (*account.users, account.root):
            for rule in rules:
                if (rule.subject is Subject.ROOT) is not (user.name == ROOT) or _is_unread(account, rule):
                    continue
                judgement = rule.judge(user, context)
                if judgement.verdict is Verdict.UNKNOWN:
                    unjudged.append(Unjudged(user.address, judgement.text, rule=rule.text.id))
                elif judgement.verdict is Verdict.PASSED:
                    passed.add(rule, user, account)
                else:
                    self.add_record(UserRecord(rule, user, account, review))
        name = one_line(account.name)
        return (replace(each, account=account.id, account_name=name) for each in printable(unjudged))

    def build_part(
        self,
        *,
        accounts: Iterable[Account] = (),
        passed: Iterable[Record] = (),
        failed: Iterable[Record] = (),
        skipped: Iterable[Record] = (),
        unjudged: Iterable[Unjudged] = (),
        drift: Iterable[Drift] = (),
        counts: Mapping[str, Counter[str]] | None = None,
    ) -> LiveReport:
        """Return a report of only what is given, which was judged already; `counts` are count_verdicts() of all."""
        part = LiveReport((), self.rules)
        part.counts, part.thresholds = counts, self.thresholds
        part.drift, part.drift_basis = tuple(drift), self.drift_basis
        part.accounts, part.unjudged = tuple(accounts), list(unjudged)
        part.shard, part.missing = self.shard, self.missing
        part.passed_checks, part.failed_checks, part.skipped_checks = list(passed), list(failed), list(skipped)
        return part

    def list_subjects(self, name: str) -> Iterator[tuple[str, str]]:
        """Yield the account and the address of each user in a list of records, `failed_checks` and so on."""
        records = getattr(self, name)
        if isinstance(records, PassedRecords):
            yield from records.list_subjects()
            return
        for record in records:
            yield getattr(record, "account", ""), record.resource

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
                "unjudged": [asdict(each) for each in self.unjudged],
                "drift": [encode_drift(drift) for drift in self.drift],
            },
            "drift_basis": self.drift_basis,
            "summary": self.get_summary(),
            "audit": collect_facts(self).encode(),
            "url": self.guideline,
        }

    def is_empty(self, full: bool = False) -> bool:  # noqa: FBT001, FBT002  # as Checkov declares it
        """Tell whether there is nothing to report; something that could not be judged is something."""
        return not self.unjudged and bool(super().is_empty(full))


def _is_unread(account: Account, rule: LiveRule) -> bool:
    """Tell whether nobody could ask about the root user, because the account could not be read: that is said once."""
    return (
        rule.subject is Subject.ROOT
        and account.root_has_key == NotRead()
        and any(each.address.endswith(EVERYBODY) for each in account.unjudged)
    )
