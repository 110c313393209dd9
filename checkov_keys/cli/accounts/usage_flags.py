"""The flags of `checkov-keys usage`."""

from __future__ import annotations

from argparse import ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from checkov_keys.cli.accounts.flags import OUTPUT, READING, Groups, add_entry_flags, add_wait_flag
from checkov_keys.cli.parsers import build_configured_parser
from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.text import one_line
from checkov_keys.runtime.usage.bucket_place import is_bucket_url, parse_bucket_url
from checkov_keys.runtime.usage.key_search import is_key_id

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from checkov_keys.cli.parsers import ConfiguredParser

WHICH = "Which keys"
_MOST_ROLES = 1
_EPILOG = """examples:
  checkov-keys usage --user ci-deployer
  checkov-keys usage --key AKIAIOSFODNN7EXAMPLE -o json
  checkov-keys usage --user ci-deployer --all-events --no-addresses -o markdown
  checkov-keys usage --user ci-deployer --trail logs --from 2026-10-01 --to 2026-11-01
  checkov-keys usage --key AKIAIOSFODNN7EXAMPLE --trail logs
  checkov-keys usage --key AKIAIOSFODNN7EXAMPLE --trail s3://my-trail --from 2026-10-01

It needs cloudtrail:LookupEvents, iam:ListAccessKeys and iam:GetAccessKeyLastUsed,
and account:ListRegions or ec2:DescribeRegions. --key with --trail DIR asks AWS nothing.
A bucket needs s3:ListBucket, s3:GetObject, and kms:Decrypt if its trail is encrypted.

Event history has management events of 90 days: no objects of S3, no invocations of
Lambda, no items of DynamoDB. A key without calls is never called unused.

exit codes:
  0  everything that was to be read was read
  2  something was not read, or there is no such user or key"""


def build_parser() -> ConfiguredParser:
    """Return the command line's parser."""
    description = (
        "Say who still uses the access keys of a user: which programs, from where, for what and until when, by "
        "CloudTrail's event history or the files of a trail."
    )
    # Nothing that a checkout sets may decide what is read, or where source addresses go.
    parser = build_configured_parser("usage", description, _EPILOG, typed=("key", "user"), open_keys={})
    groups = Groups(parser)
    add_entry_flags(groups)
    add = groups[WHICH].add_argument
    add("--user", help="name of an IAM user, all of whose keys are looked up")
    add("--key", help="id of an access key; the other keys of its user are looked up too")
    add = groups[READING].add_argument
    add(
        "--trail",
        metavar="PLACE",
        help="read the files of a trail instead of event history, as CloudTrail delivers them to a bucket: from there, "
        "s3://bucket/prefix, or from a copy in a directory",
    )
    add("--from", dest="first", metavar="DAY", type=_parse_day, help="first day of delivery; needs --trail")
    add("--to", dest="last", metavar="DAY", type=_parse_day, help="last day of delivery; needs --trail")
    add(
        "--all-events",
        action="store_true",
        help="read every event of event history, instead of a page of each week where a key has many",
    )
    add_wait_flag(groups, "how long event history is read before what is left is named as not read")
    add = groups[OUTPUT].add_argument
    # Without a long name: `output` in .checkov.yaml names the formats of scans and audits.
    add(
        "-o",
        dest="output",
        choices=("cli", "json", "csv", "markdown"),
        default="cli",
        help="format; default: %(default)s",
    )
    add("--no-addresses", action="store_true", help="leave out source addresses, which are personal data")
    return parser


def read_options(arguments: Sequence[str]) -> Namespace:
    """Return what the command line says; raise UsageError if flags contradict each other."""
    options: Namespace = build_parser().parse_args(arguments)
    if bool(options.user) == bool(options.key):
        raise UsageError("say whose keys to look up: either --user NAME or --key ID")
    if len(options.role_arn or ()) > _MOST_ROLES:
        raise UsageError("--role-arn: one account at a time, so name one role")
    if options.role_name:
        raise UsageError("--role-name: name the role with its account, by --role-arn")
    if options.key and not is_key_id(options.key):
        raise UsageError(f"--key {one_line(options.key)}: not the id of an access key, such as AKIAIOSFODNN7EXAMPLE")
    if options.trail is None and (options.first or options.last):
        raise UsageError("--from and --to choose files of a trail: add --trail")
    if options.trail is not None:
        if options.all_events:
            raise UsageError("--all-events is about event history: leave it out, or --trail")
        _check_place(options.trail)
        if options.first and options.last and options.first > options.last:
            raise UsageError("--from is after --to: no day is between them")
    return options


def _check_place(text: str) -> None:
    if is_bucket_url(text):
        try:
            parse_bucket_url(text)
        except ValueError as error:
            raise UsageError(f"--trail {one_line(text)}: {error}") from error
    elif not Path(text).is_dir():
        raise UsageError(f"--trail {text}: there is no such directory")


def _parse_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r}: expected a day such as 2026-11-29") from error
