"""Facts that help to read a verdict. If one cannot be read, the verdict stands, and the log says why."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.runtime.session.faults import error_code, explained

if TYPE_CHECKING:
    from collections.abc import Iterable

logger = logging.getLogger(__name__)


# The kind of a fact that nobody asked for, because AWS does not answer any more.
OUTAGE = "outage"


class LostFact(NamedTuple):
    """Why a fact could not be read; `kind` is the fault's, whatever the user or the key."""

    kind: str
    line: str


def lost_fact(what: str, error: BaseException) -> LostFact:
    """Return what could not be read, and why, in one line."""
    return LostFact(error_code(error) or type(error).__name__, explained(what, error))


def warn_of(account: str, lost: Iterable[LostFact]) -> None:
    """Log the first fact of an account that was lost to each kind of fault, with the number of the others."""
    by_kind: dict[str, list[str]] = {}
    for fact in lost:
        by_kind.setdefault(fact.kind, []).append(fact.line)
    for first, *others in by_kind.values():
        logger.warning("account %s: %s%s", account, first, f"; {len(others)} more like this" if others else "")
