"""The flags that several commands over live accounts take: which accounts, how to read and judge them, templates."""

from __future__ import annotations

from argparse import ArgumentTypeError
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.proposal import IN_USE_DAYS
from checkov_keys.domain.rules.judging import DEFAULT_THRESHOLDS
from checkov_keys.domain.shards import Shard, parse_shard
from checkov_keys.runtime.session.pace import MOST, START
from checkov_keys.runtime.session.roles import ROLE_NAME, SESSION_NAME

if TYPE_CHECKING:
    from argparse import Namespace

    from checkov_keys.cli.parsers import ConfiguredParser

# The groups of flags in help, in its order.
CREDENTIALS, ACCOUNTS, READING = "Credentials and roles", "Which accounts", "Reading"
JUDGING, TEMPLATES, OUTPUT, EXIT_CODE = "Judging", "Templates", "Output", "Exit code"
_THRESHOLDS = {
    "unused_days": "an active key that was not used for this many days is unused (CKV2_KEYS_2)",
    "max_age_days": "an active key of this many days is to be rotated (CKV2_KEYS_3)",
    "left_over_days": "an inactive key that was not used for this many days is left over (CKV2_KEYS_7)",
}
# A century, which AWS itself has not seen.
_MOST_DAYS = 36_500
_MOST_WORKERS = 100
# 5,000 users at 20 calls a second, which AWS allows a busy account, take five minutes.
_MAX_WAIT_MINUTES = 30
_MOST_MINUTES = 1440


class Groups:
    """The groups of flags in a command's help, each made when its first flag is added."""

    def __init__(self, parser: ConfiguredParser) -> None:
        """Make no group yet."""
        self._parser = parser
        self._made: dict[str, Any] = {}

    def __getitem__(self, title: str) -> Any:  # noqa: ANN401  # argparse calls it private
        """Return what `add_argument` adds a flag to the group of that title with."""
        if title not in self._made:
            self._made[title] = self._parser.add_argument_group(title)
        return self._made[title]


def add_account_flags(groups: Groups) -> None:
    """Add the flags that say which accounts are read, how, and how their users are judged."""
    add_entry_flags(groups)
    for add in (_add_choice_flags, _add_reading_flags, _add_review_flags):
        add(groups)


def add_entry_flags(groups: Groups) -> None:
    """Add the flags that say by which credentials and roles accounts are entered."""
    add = groups[CREDENTIALS].add_argument
    add("--profile", help="profile of the AWS configuration; default: the standard credential chain")
    add("--region", help="any region of the partition; IAM is global")
    add("--endpoint-url", help="endpoint instead of AWS's own; AWS_ENDPOINT_URL works too")
    add("--role-arn", action="append", help="role to assume in an account; repeatable")
    add("--role-name", help=f"role to assume in any other account; default: {ROLE_NAME}")
    add("--external-id", help="external id that the roles ask for")
    add("--role-session-name", default=SESSION_NAME, help="name in CloudTrail; default: %(default)s")


def add_directory_flag(groups: Groups, what: str) -> None:
    """Add -d, a directory of templates; `what` says what it is for."""
    # Without a long name: `directory` in .checkov.yaml is what scans read.
    groups[TEMPLATES].add_argument("-d", dest="directory", metavar="DIR", action="append", help=f"{what}; repeatable")


def add_state_flag(groups: Groups) -> None:
    """Add --state."""
    groups[TEMPLATES].add_argument(
        "--state",
        metavar="FILE",
        action="append",
        help="Terraform state (or terraform show -json) that says which keys it manages; repeatable",
    )


def check_directories(options: Namespace) -> None:
    """Raise UsageError if a directory of -d does not exist."""
    for folder in options.directory or ():
        if not Path(folder).is_dir():
            raise UsageError(f"no such directory: {folder}")


def _add_choice_flags(groups: Groups) -> None:
    add = groups[ACCOUNTS].add_argument
    add("--accounts", action="append", help="ids of accounts to audit, separated by commas; see --role-name")
    add("--organization", action="store_true", help="audit every active account of the organization")
    add("--ou", action="append", help="audit the accounts of an organizational unit, and of all below it")
    add("--exclude-accounts", action="append", help="ids of accounts to leave out, separated by commas")
    add(
        "--shard",
        metavar="K/N",
        type=_parse_shard,
        help="of the accounts chosen, those in part K of N, by a hash of their ids; see checkov-keys merge",
    )


def _add_reading_flags(groups: Groups) -> None:
    add = groups[READING].add_argument
    add("--account-workers", type=_parse_workers, default=4, help="accounts read at once; default: %(default)s")
    add(
        "--user-workers",
        type=_parse_workers,
        help=f"users read at once in an account; default: {START} at first, "
        f"up to {MOST} while AWS does not throttle, fewer when it does",
    )
    add_wait_flag(groups, "how long one account is read before what is left is named as not judged")
    add(
        "--usage",
        action="store_true",
        help="read who uses the keys of violating users, in CloudTrail's event history; minutes for many users",
    )
    add_addresses_flag(groups, READING)
    add("--save-snapshot", metavar="FILE", help="write what was read (JSON, without secrets, readable only by you)")
    add("--from-snapshot", metavar="FILE", help="judge a saved snapshot again; AWS is not asked")


def add_wait_flag(groups: Groups, what: str) -> None:
    """Add --max-wait-minutes; `what` says for what it is."""
    groups[READING].add_argument(
        "--max-wait-minutes",
        metavar="MINUTES",
        type=_parse_minutes,
        default=_MAX_WAIT_MINUTES,
        help=f"{what}; default: %(default)s",
    )


def add_addresses_flag(groups: Groups, group: str) -> None:
    """Add --no-addresses."""
    groups[group].add_argument(
        "--no-addresses", action="store_true", help="leave out source addresses, which are personal data"
    )


def _add_review_flags(groups: Groups) -> None:
    add = groups[JUDGING].add_argument
    add(
        "--in-use-days",
        type=_parse_days,
        default=IN_USE_DAYS,
        help="never propose to turn off a key that was used, or made, within this many days; default: %(default)s",
    )
    add(
        "--rotation-grace-days",
        type=_parse_days,
        default=0,
        help="skip users whose newest active key is younger than this: they are rotating (CKV2_KEYS_1); "
        "default: %(default)s",
    )
    for name, what in _THRESHOLDS.items():
        default = getattr(DEFAULT_THRESHOLDS, name)
        flag = f"--{name.replace('_', '-')}"
        add(flag, type=_parse_days, default=default, help=f"{what}; default: %(default)s")
    add(
        "--exemptions",
        metavar="FILE",
        help="YAML list of exempted users: arn (a pattern), reason, and optionally rules, owner and expires (a date)",
    )


def _parse_shard(text: str) -> Shard:
    try:
        return parse_shard(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r}: {error}") from error


def _is_number(text: str) -> bool:
    """Tell whether a text is a number in the digits that everybody reads; Python knows others."""
    return text.isascii() and text.isdecimal()


def _parse_workers(text: str) -> int:
    if not _is_number(text) or not 1 <= int(text) <= _MOST_WORKERS:
        raise ArgumentTypeError(f"{text!r}: expected a number from 1 to {_MOST_WORKERS}")
    return int(text)


def _parse_minutes(text: str) -> float:
    try:
        minutes = float(text)
    except ValueError:
        minutes = 0
    if not 0 < minutes <= _MOST_MINUTES:
        raise ArgumentTypeError(f"{text!r}: expected a number of minutes, more than 0 and at most {_MOST_MINUTES}")
    return minutes


def _parse_days(text: str) -> int:
    if not _is_number(text) or int(text) > _MOST_DAYS:
        raise ArgumentTypeError(f"{text!r}: expected a number of days from 0 to {_MOST_DAYS}")
    return int(text)
