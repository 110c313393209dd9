"""The policy, in one place: the verdict over a user, its exemption, its rotation, and the key to turn off.

Templates have no policy: nobody is exempted there by more than a skip comment, which Checkov reads itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.domain.exemptions import Exemption, rule_on
from checkov_keys.domain.key_use import describe_histories
from checkov_keys.domain.proposal import IN_USE_DAYS, Proposal
from checkov_keys.domain.rules.judging import DEFAULT_THRESHOLDS, PASSED, Context, Judgement, Subject, Thresholds
from checkov_keys.domain.rules.one_active_key import ONE_ACTIVE_KEY
from checkov_keys.domain.rules.rule import Verdict
from checkov_keys.domain.users import active_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checkov_keys.domain.rules.judging import LiveRule
    from checkov_keys.domain.users import Account, User


class Policy(NamedTuple):
    """What decides about a user beside the facts.

    A key used, or made, within the last `in_use_days` days is never proposed. A user with a new active key is given
    `rotation_grace_days` days to finish the rotation, in which it may have two; 0 for none. `thresholds` are those of
    the rules.
    """

    in_use_days: int = IN_USE_DAYS
    rotation_grace_days: int = 0
    exemptions: tuple[Exemption, ...] = ()
    thresholds: Thresholds = DEFAULT_THRESHOLDS


DEFAULT_POLICY = Policy()
_END_OF_TIME = datetime.max.replace(tzinfo=timezone.utc)


class Assessment(NamedTuple):
    """What is said of a user under a policy.

    `verdict` is SKIPPED if the user would fail and is exempted or rotates its keys. `note` is one line: why the user
    is skipped, or why an exemption does not hold; "" if there is nothing to say. `proposal` is what to do, for every
    user that violates the rule, skipped or not. `judgement` is what the rule itself says.
    """

    verdict: Verdict
    note: str = ""
    proposal: Proposal | None = None
    judgement: Judgement = PASSED


def list_subjects(rule: LiveRule, account: Account) -> tuple[User, ...]:
    """Return whom a rule judges in an account: its users, or its root user."""
    return account.users if rule.subject is Subject.USER else (account.root,)


def assess(rule: LiveRule, user: User, account: Account, policy: Policy = DEFAULT_POLICY) -> Assessment:
    """Return what a rule says of a user of a live account under a policy, as of the time when the account was read."""
    context = Context(account, time_of(account), policy.thresholds, policy.in_use_days)
    judgement = rule.judge(user, context)
    if judgement.verdict is not Verdict.FAILED:
        return Assessment(judgement.verdict, "", None, judgement)
    verdict, note = rule_on(judgement.verdict, rule.text.id, user, policy.exemptions, context.now.date())
    if verdict is Verdict.FAILED and rule is ONE_ACTIVE_KEY:
        until = end_of_rotation(user, context.now, policy.rotation_grace_days)
        if until is not None:
            verdict, note = Verdict.SKIPPED, f"rotation in progress until {until.date()}"
    return Assessment(verdict, note, _add_histories(rule.advise(user, context, judgement), user), judgement)


def _add_histories(proposal: Proposal, user: User) -> Proposal:
    """Return a proposal that also says who uses which key, if anybody asked event history."""
    said = describe_histories(user.keys)
    if not said:
        return proposal
    # What ends in a colon is followed by commands.
    sentences = (said, proposal.sentence) if proposal.sentence.endswith(":") else (proposal.sentence, said)
    return proposal._replace(sentence=" ".join(sentences))


class Skipped(NamedTuple):
    """How many findings each part of a policy has made skipped ones."""

    by_exemptions: int = 0
    by_rotation: int = 0


def count_skipped(rules: Iterable[LiveRule], accounts: Iterable[Account], policy: Policy) -> Skipped:
    """Return how many findings a policy makes skipped ones; whoever is exempted by a tag needs no policy."""
    by_exemptions = by_rotation = 0
    for rule, account, user in list_findings(rules, accounts, policy.thresholds):
        now = time_of(account)
        if rule_on(Verdict.FAILED, rule.text.id, user, (), now.date()).verdict is Verdict.SKIPPED:
            continue
        if rule_on(Verdict.FAILED, rule.text.id, user, policy.exemptions, now.date()).verdict is Verdict.SKIPPED:
            by_exemptions += 1
        elif rule is ONE_ACTIVE_KEY and end_of_rotation(user, now, policy.rotation_grace_days) is not None:
            by_rotation += 1
    return Skipped(by_exemptions, by_rotation)


def list_findings(
    rules: Iterable[LiveRule], accounts: Iterable[Account], thresholds: Thresholds
) -> Iterator[tuple[LiveRule, Account, User]]:
    """Yield each user that a rule fails, account by account, whoever is exempted."""
    chosen = tuple(rules)
    for account in accounts:
        context = Context(account, time_of(account), thresholds)
        for rule in chosen:
            for user in list_subjects(rule, account):
                if rule.judge(user, context).verdict is Verdict.FAILED:
                    yield rule, account, user


def time_of(account: Account) -> datetime:
    """Return the time (UTC) at which an account is judged: when it was read, or now if that is not known."""
    return account.read_at or datetime.now(timezone.utc)


def end_of_rotation(user: User, now: datetime, grace_days: int) -> datetime | None:
    """Return when the rotation of a user's keys must be over; None if it is over or has no grace period.

    A rotation begins with its new key: the newest active one, which may be `grace_days` days old.
    """
    created = [key.created for key in active_keys(user) if key.created is not None]
    if not created or not grace_days:
        return None
    # Compared first: AWS may answer with a date so late that nothing can be added to it.
    if now - max(created) >= timedelta(days=grace_days):
        return None
    return max(created) + min(timedelta(days=grace_days), _END_OF_TIME - max(created))
