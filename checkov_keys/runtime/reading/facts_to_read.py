"""Which facts the chosen rules need, and of which keys and users: a rule that is left out costs no call."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.domain.assessment import time_of
from checkov_keys.domain.rules.family import DEFAULT_LIVE_RULES
from checkov_keys.domain.rules.judging import DEFAULT_THRESHOLDS, Context, Fact, Subject, Thresholds, is_over
from checkov_keys.domain.rules.one_active_key import ONE_ACTIVE_KEY
from checkov_keys.domain.rules.rule import Verdict
from checkov_keys.domain.users import KeyStatus, NoUse

if TYPE_CHECKING:
    from datetime import datetime

    from checkov_keys.domain.rules.judging import LiveRule
    from checkov_keys.domain.users import AccessKey, Account, User


class FactsToRead(NamedTuple):
    """The rules that an account is read for, and their thresholds.

    If it is read for `any_thresholds`, as for a snapshot that is judged later, no key is left out for its age, and the
    credential report, which knows only that keys are in use now, is not asked.
    """

    rules: tuple[LiveRule, ...] = DEFAULT_LIVE_RULES
    thresholds: Thresholds = DEFAULT_THRESHOLDS
    any_thresholds: bool = False

    def need(self, fact: Fact) -> bool:
        """Tell whether a rule needs a fact."""
        return any(fact in rule.needs for rule in self.rules)

    def needs_use_of(self, key: AccessKey, now: datetime) -> bool:
        """Tell whether a rule needs the last use of a key: not if it is younger than what the rule asks for."""
        needs = []
        if self.need(Fact.LAST_USE_OF_ACTIVE) and key.status is not KeyStatus.INACTIVE:
            needs.append(self.thresholds.unused_days)
        if self.need(Fact.LAST_USE_OF_INACTIVE) and key.status is not KeyStatus.ACTIVE:
            needs.append(self.thresholds.left_over_days)
        old = key.created is None or any(is_over(key.created, now, days) for days in needs)
        return bool(needs) and (old or self.any_thresholds)

    def has_surplus(self, user: User, account: Account) -> bool:
        """Tell whether a user has too many active keys, of which one will be proposed by its last use."""
        context = self._put_into(account)
        return ONE_ACTIVE_KEY in self.rules and ONE_ACTIVE_KEY.judge(user, context).verdict is Verdict.FAILED

    def is_violating(self, user: User, account: Account) -> bool:
        """Tell whether a user violates a rule, so that its tags count, and what is not known of its keys yet."""
        context = self._put_into(account)
        return any(
            rule.judge(user, context).verdict is Verdict.FAILED for rule in self.rules if rule.subject is Subject.USER
        )

    def _put_into(self, account: Account) -> Context:
        return Context(account, time_of(account), self.thresholds)


DEFAULT_FACTS = FactsToRead()
FACTS_OF_FIRST_RULE = FactsToRead((ONE_ACTIVE_KEY,))


def is_accepted(user: User) -> bool:
    """Tell whether AWS may accept a key of a user."""
    return any(key.status is not KeyStatus.INACTIVE for key in user.keys)


def is_unasked(key: AccessKey) -> bool:
    """Tell whether nobody has asked yet when a key was last used."""
    return key.last_use is NoUse.NOT_READ and not key.last_use_fault
