"""How a rule judges what is known of a live account: its facts, its thresholds, and what it says."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Callable, NamedTuple

from checkov_keys.domain.proposal import IN_USE_DAYS, Proposal
from checkov_keys.domain.rules.rule import Rule, Verdict
from checkov_keys.domain.rules.wording import describe_key
from checkov_keys.domain.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from checkov_keys.domain.users import AccessKey, Account, User


class Fact(Enum):
    """What a rule needs to know beyond the users and their keys; each costs calls of its own."""

    LAST_USE_OF_ACTIVE = "the last use of active keys"
    LAST_USE_OF_INACTIVE = "the last use of inactive keys"
    ROOT_KEY = "whether the root user has an access key"
    QUARANTINE = "which users AWS has quarantined"
    PASSWORD = "which users have a console password"  # noqa: S105  # no password


class Thresholds(NamedTuple):
    """From how many days on a key counts as unused, as old, as left over. A day is 24 hours."""

    unused_days: int = 45
    max_age_days: int = 90
    left_over_days: int = 90


DEFAULT_THRESHOLDS = Thresholds()


class Context(NamedTuple):
    """What a user is judged in: its account, the time (UTC), the thresholds, and when a key counts as in use."""

    account: Account
    now: datetime
    thresholds: Thresholds = DEFAULT_THRESHOLDS
    in_use_days: int = IN_USE_DAYS


class Judgement(NamedTuple):
    """What a rule says of a user.

    `keys` are the ids of the access keys that violate it. `text` is one clause without a full stop: what is wrong with
    a user that fails, with all that is known of the keys, or why one cannot be judged; "" otherwise. `summary` is for
    readers who see the keys beside it.
    """

    verdict: Verdict
    keys: tuple[str, ...] = ()
    text: str = ""
    summary: str = ""


PASSED = Judgement(Verdict.PASSED)


class Subject(Enum):
    """Whom a rule is about: each IAM user of an account, or its root user."""

    USER = "user"
    ROOT = "root"


@dataclass(frozen=True)
class LiveRule:
    """A rule for live accounts.

    `judge` returns what it says of a user, `advise` what to do about a user that fails. Both are pure functions.
    `needs` are the facts that are read for it.
    """

    text: Rule
    judge: Callable[[User, Context], Judgement]
    advise: Callable[[User, Context, Judgement], Proposal]
    needs: frozenset[Fact] = field(default=frozenset())
    subject: Subject = Subject.USER


@dataclass(frozen=True)
class TemplateRule:
    """A rule for templates: `judge` returns the verdict on a user, `judge_key` that on a key, given its user's."""

    text: Rule
    judge: Callable[[User], Verdict]
    judge_key: Callable[[AccessKey, Verdict], Verdict]


@dataclass(frozen=True)
class SinkRule:
    """A rule for templates about where the secrets of access keys go; each place that a reader finds violates it."""

    text: Rule


def fail(violating: Iterable[tuple[AccessKey, str]], now: datetime, prefix: str = "") -> Judgement:
    """Return the judgement over keys that violate a rule, each with a clause of which it is the subject."""
    found = tuple(violating)
    return Judgement(
        Verdict.FAILED,
        tuple(key.address for key, _ in found),
        prefix + "; ".join(f"{describe_key(key, now)} {clause}" for key, clause in found),
        prefix + "; ".join(f"{one_line(key.address)} {clause}" for key, clause in found),
    )


def combine(violating: Sequence[tuple[AccessKey, str]], unknown: Iterable[str], now: datetime) -> Judgement:
    """Return the judgement over keys that violate a rule, as for `fail`, and over reasons why others are unknown.

    A key that violates the rule fails its user, whatever is not known of others.
    """
    if violating:
        return fail(violating, now)
    reasons = tuple(dict.fromkeys(unknown))
    return Judgement(Verdict.UNKNOWN, (), "; ".join(reasons)) if reasons else PASSED


# What clocks may differ by. A later time in an answer of AWS is not one.
_AHEAD = timedelta(days=1)


def is_ahead(moment: datetime, now: datetime) -> bool:
    """Tell whether a time in AWS's answer lies so far in the future that it cannot be true."""
    return moment - now > _AHEAD


def is_over(moment: datetime, now: datetime, days: int) -> bool:
    """Tell whether a moment is so many times 24 hours ago, or more."""
    return now - moment >= timedelta(days=days)
