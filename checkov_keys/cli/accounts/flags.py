"""The flags that say which accounts to read, how, and how their users are judged."""

from __future__ import annotations

from argparse import ArgumentTypeError
from typing import TYPE_CHECKING

from checkov_keys.domain.proposal import IN_USE_DAYS
from checkov_keys.runtime.session.roles import ROLE_NAME, SESSION_NAME

if TYPE_CHECKING:
    import configargparse

# A century, which AWS itself has not seen.
_MOST_DAYS = 36_500
_MOST_WORKERS = 100


def add_account_flags(parser: configargparse.ArgumentParser) -> None:
    """Add them all; account_facts.py reads what they name."""
    add_entry_flags(parser)
    for add in (_add_choice_flags, _add_snapshot_flags, _add_review_flags, _add_exemption_flags):
        add(parser)


def add_entry_flags(parser: configargparse.ArgumentParser) -> None:
    """Add the flags that say by which credentials and roles accounts are entered."""
    _add_aws_flags(parser)
    parser.add("--role-arn", action="append", help="role to assume in an account; repeat for several")
    parser.add("--role-name", help=f"role to assume in any other account; default: {ROLE_NAME}")
    parser.add("--external-id", help="external id that the roles ask for")
    parser.add("--role-session-name", default=SESSION_NAME, help="name in CloudTrail; default: %(default)s")


def _add_aws_flags(parser: configargparse.ArgumentParser) -> None:
    parser.add("--profile", help="profile of the AWS configuration; default: the standard credential chain")
    parser.add("--region", help="any region of the partition; IAM is global")
    parser.add("--endpoint-url", help="endpoint instead of AWS's own; AWS_ENDPOINT_URL works too")


def _add_choice_flags(parser: configargparse.ArgumentParser) -> None:
    parser.add("--accounts", action="append", help="ids of accounts to audit, with commas; see --role-name")
    parser.add("--organization", action="store_true", help="audit every active account of the organization")
    parser.add("--ou", action="append", help="audit the accounts of an organizational unit, and of all below it")
    parser.add("--exclude-accounts", action="append", help="ids of accounts to leave out, with commas")
    parser.add("--account-workers", type=_workers, default=4, help="accounts read at once; default: %(default)s")
    parser.add(
        "--user-workers", type=_workers, default=10, help="users read at once in an account; default: %(default)s"
    )


def _workers(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _MOST_WORKERS:
        raise ArgumentTypeError(f"{text!r} is no number from 1 to {_MOST_WORKERS}")
    return int(text)


def _add_snapshot_flags(parser: configargparse.ArgumentParser) -> None:
    parser.add("--save-snapshot", metavar="FILE", help="write what was read (JSON, without secrets, for you alone)")
    parser.add("--from-snapshot", metavar="FILE", help="judge a saved snapshot again; AWS is not asked")


def _add_review_flags(parser: configargparse.ArgumentParser) -> None:
    parser.add(
        "--in-use-days",
        type=_days,
        default=IN_USE_DAYS,
        help="a key used within so many days is never proposed to be turned off; default: %(default)s",
    )
    parser.add(
        "--rotation-grace-days",
        type=_days,
        default=0,
        help="skip users whose newest active key is younger, since they rotate; default: %(default)s",
    )


def _add_exemption_flags(parser: configargparse.ArgumentParser) -> None:
    parser.add(
        "--exemptions",
        metavar="FILE",
        help="YAML list of exempted users: arn (a pattern), reason, and owner and expires (a date) if you like",
    )


def _days(text: str) -> int:
    if not text.isdecimal() or int(text) > _MOST_DAYS:
        raise ArgumentTypeError(f"{text!r} is no number of days from 0 to {_MOST_DAYS}")
    return int(text)
