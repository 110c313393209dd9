"""The regions that an account has enabled, in which its keys may have been used."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, NamedTuple

from checkov_keys.domain.errors import AuditError
from checkov_keys.runtime.session.answers import list_pages
from checkov_keys.runtime.session.faults import CALL_FAULTS, BrokenAnswerError, explained
from checkov_keys.runtime.session.worker_threads import call_in_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from checkov_keys.runtime.session.aws_session import AwsSession

logger = logging.getLogger(__name__)

# One that is being enabled or disabled may have events already, or still.
# https://docs.aws.amazon.com/accounts/latest/reference/API_ListRegions.html
_WITH_EVENTS = ["ENABLED", "ENABLED_BY_DEFAULT", "ENABLING", "DISABLING"]
_MOST_PAGES = 20
_LONGEST_ANSWER = 120  # seconds, all attempts together


class RegionChoice(NamedTuple):
    """The regions to read, and why there may be others, "" if AWS has named all that the account has enabled."""

    regions: tuple[str, ...]
    unknown: str = ""


def choose_regions(session: AwsSession, first: Iterable[str]) -> RegionChoice:
    """Return the regions of an account, those of `first` at their beginning; the session is one of that account.

    AWS names them in answer to account:ListRegions, or else ec2:DescribeRegions. If it answers neither, they are those
    of `first` and those that botocore knows in their partition: some may be off, and newer ones may be missing.
    """
    known = dict.fromkeys(region for region in first if region)
    faults = []
    for ask, what in ((_ask_account, "cannot list the regions"), (_ask_ec2, "cannot describe the regions")):
        found = _try(ask, session, what)
        if not isinstance(found, str):
            return RegionChoice((*known, *(region for region in sorted(found) if region not in known)))
        faults.append(found)
        logger.info("%s", found)
    others = (region for region in session.list_regions("cloudtrail", next(iter(known), "")) if region not in known)
    return RegionChoice((*known, *others), f"AWS does not tell which regions are enabled: {'; '.join(faults)}")


def _try(ask: Callable[[AwsSession], set[str]], session: AwsSession, what: str) -> set[str] | str:
    """Return what AWS names, or in one line why it does not."""
    try:
        return call_in_time(lambda: ask(session), _LONGEST_ANSWER)
    except AuditError as error:
        return str(error)
    except RecursionError:
        return explained(what, BrokenAnswerError("AWS's answer is nested too deeply"))
    except CALL_FAULTS as error:
        return explained(what, error)


def _ask_account(session: AwsSession) -> set[str]:
    ask = session.client("account").list_regions
    pages = list_pages(ask, "Regions", place="NextToken", most_pages=_MOST_PAGES, RegionOptStatusContains=_WITH_EVENTS)
    return _check({name for page in pages for name in _read_names(page["Regions"])})


def _ask_ec2(session: AwsSession) -> set[str]:
    return _check(set(_read_names(session.client("ec2").describe_regions(AllRegions=False)["Regions"])))


def _check(found: set[str]) -> set[str]:
    if not found:
        raise BrokenAnswerError("AWS names no region")
    return found


def _read_names(regions: Any) -> Iterator[str]:  # noqa: ANN401  # whatever AWS answers
    for region in regions:
        name = region["RegionName"]
        # It becomes a part of a host name.
        if not isinstance(name, str) or not name.replace("-", "").isalnum() or not name.isascii():
            raise BrokenAnswerError(f"AWS names a region {name!r}")
        yield name
