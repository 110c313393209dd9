"""What to do about every user that violates a rule: the key to turn off, or what a person has to do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.domain.assessment import DEFAULT_POLICY, Policy, assess, list_subjects, time_of
from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.exemptions import SKIP_TAG
from checkov_keys.domain.rules.judging import Context
from checkov_keys.domain.rules.one_active_key import ONE_ACTIVE_KEY
from checkov_keys.domain.rules.rule import Verdict
from checkov_keys.domain.users import KeyStatus, LastUse, NoUse, Unjudged, active_keys

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checkov_keys.domain.rules.judging import LiveRule
    from checkov_keys.domain.templates import Ownership, SourceRange, TemplateFix
    from checkov_keys.domain.users import AccessKey, Account, User


class ByHand(NamedTuple):
    """A decision of the person at the keyboard: the user's name, and the id of the key to turn off."""

    user: str
    key: str


class Decision(NamedTuple):
    """What to do about a violating user: turn off `key`, or leave it alone if that is None; `reason` says why.

    `excused` users may violate the rule: they are exempted, or rotate their keys. `owner` is the template's resource
    that manages the key: such a key is turned off in its template. `source_ranges` are the lines that declare it, as
    far as they were found, and `fix` what the command of that name would do about them.
    """

    account: Account
    user: User
    key: str | None
    reason: str
    excused: bool = False
    owner: Ownership = None
    source_ranges: tuple[SourceRange, ...] = ()
    fix: TemplateFix | None = None
    steps: tuple[str, ...] = ()

    @property
    def free(self) -> bool:
        """Tell whether there is a key to turn off that would stay off."""
        return self.key is not None and self.owner is None


def make_plan(
    accounts: Iterable[Account],
    policy: Policy = DEFAULT_POLICY,
    *,
    rule: LiveRule = ONE_ACTIVE_KEY,
    by_hand: ByHand | None = None,
) -> tuple[Decision, ...]:
    """Return a decision for each user that violates a rule, or would without an exemption, in the accounts' order.

    Users are left alone that are exempted, that rotate, and for whom no key can be proposed safely (proposal.py).
    `by_hand` decides for its user alone, whatever else would be proposed; raises UsageError if it is not one of several
    active keys of a violating user, or signs the calls, or may.
    """
    violating = [
        (account, user)
        for account in accounts
        for user in list_subjects(rule, account)
        if rule.judge(user, Context(account, time_of(account), policy.thresholds)).verdict is Verdict.FAILED
    ]
    if by_hand is not None:
        return (_decide_by_hand(rule, violating, by_hand),)
    return tuple(_decide(rule, account, user, policy) for account, user in violating)


def describe_change(planned: User, now: User, key: str) -> str:
    """Return how a user differs from the one that was planned for, so that `key` should be left alone; else ""."""
    before, after = ({each.address: each for each in user.keys} for user in (planned, now))
    for address in (*before, *after):
        if address not in after:
            return f"access key {address} is gone since the plan was made"
        if address not in before:
            return f"access key {address} is new since the plan was made"
        if before[address].status is not after[address].status:
            return f"access key {address} is {after[address].status.value} since the plan was made"
    if now.skip_tag is not None and now.skip_tag != planned.skip_tag:
        return f"the user has the tag {SKIP_TAG} since the plan was made: {now.skip_tag}"
    return _describe_use(before[key], after[key])


def _describe_use(before: AccessKey, after: AccessKey) -> str:
    # If the last use was unknown, somebody decided by hand.
    if before.last_use in {NoUse.NOT_READ, after.last_use}:
        return ""
    used = after.last_use
    if isinstance(used, LastUse):
        return f"{after.address} was used since the plan was made: at {used.at:%Y-%m-%d %H:%M} UTC ({used.service})"
    return f"when {after.address} was last used could not be read again"


def has_violations(
    plan: Iterable[Decision], off: Iterable[str], rule: LiveRule = ONE_ACTIVE_KEY, policy: Policy = DEFAULT_POLICY
) -> bool:
    """Tell whether a user violates a rule without an excuse, now that the keys of the ids `off` are turned off."""
    gone = frozenset(off)
    return any(
        rule.judge(
            _turn_off(decision.user, gone),
            Context(decision.account, time_of(decision.account), policy.thresholds),
        ).verdict
        is Verdict.FAILED
        for decision in plan
        if not decision.excused
    )


def _turn_off(user: User, gone: frozenset[str]) -> User:
    keys = (replace(key, status=KeyStatus.INACTIVE) if key.address in gone else key for key in user.keys)
    return replace(user, keys=tuple(keys))


def find_unjudged(
    accounts: Iterable[Account], policy: Policy = DEFAULT_POLICY, rule: LiveRule = ONE_ACTIVE_KEY
) -> tuple[Unjudged, ...]:
    """Return what no plan can be made for: what could not be read, and users that the rule cannot judge."""
    unjudged: list[Unjudged] = []
    for account in accounts:
        unjudged += account.unjudged
        context = Context(account, time_of(account), policy.thresholds)
        judged = ((user, rule.judge(user, context)) for user in list_subjects(rule, account))
        unjudged += [
            Unjudged(user.address, judgement.text) for user, judgement in judged if judgement.verdict is Verdict.UNKNOWN
        ]
    return tuple(unjudged)


def _decide(rule: LiveRule, account: Account, user: User, policy: Policy) -> Decision:
    assessment = assess(rule, user, account, policy)
    proposal = assessment.proposal
    if assessment.verdict is Verdict.SKIPPED or proposal is None:
        return Decision(account, user, None, f"Left alone: {assessment.note}.", excused=True)
    found = f"{_capitalize(assessment.judgement.summary)}. " if rule is not ONE_ACTIVE_KEY else ""
    return Decision(account, user, proposal.key, f"{found}{proposal.sentence}", steps=proposal.steps)


def _capitalize(text: str) -> str:
    return text[:1].upper() + text[1:]


def _decide_by_hand(rule: LiveRule, violating: Iterable[tuple[Account, User]], by_hand: ByHand) -> Decision:
    for account, user in violating:
        active = {key.address for key in active_keys(user)}
        if user.name == by_hand.user and by_hand.key in active and len(active) > 1:
            if by_hand.key in account.signing_keys:
                raise UsageError(f"--key {by_hand.key} signs these calls, or may: use other credentials to turn it off")
            return Decision(account, user, by_hand.key, f"Turn off {by_hand.key}: decided by hand.")
    raise UsageError(
        f"--key {by_hand.key} is not one of several active access keys of a user {by_hand.user} that violates "
        f"{rule.text.id}: see checkov-keys audit"
    )
