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
from checkov_keys.runtime.usage.athena_query import Question, check_question
from checkov_keys.runtime.usage.athena_table import read_location
from checkov_keys.runtime.usage.bucket_place import is_bucket_url, parse_bucket_url
from checkov_keys.runtime.usage.key_search import is_key_id

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from checkov_keys.cli.parsers import ConfiguredParser

WHICH = "Which keys"
ATHENA = "Amazon Athena"
_MOST_ROLES = 1
_EPILOG = """examples:
  checkov-keys usage --user ci-deployer
  checkov-keys usage --key AKIAIOSFODNN7EXAMPLE -o json
  checkov-keys usage --user ci-deployer --all-events --no-addresses -o markdown
  checkov-keys usage --user ci-deployer --trail logs --from 2026-10-01 --to 2026-11-01
  checkov-keys usage --key AKIAIOSFODNN7EXAMPLE --trail logs
  checkov-keys usage --key AKIAIOSFODNN7EXAMPLE --trail s3://my-trail --from 2026-10-01
  checkov-keys usage --key AKIAIOSFODNN7EXAMPLE --athena-sql --athena-table logs.cloudtrail
  checkov-keys usage --key AKIAIOSFODNN7EXAMPLE --from-athena answer.csv

It needs cloudtrail:LookupEvents, iam:ListAccessKeys and iam:GetAccessKeyLastUsed,
and account:ListRegions or ec2:DescribeRegions; iam:ListPoliciesGrantingServiceAccess
tells who may send mail, which no trail sees. --key with --trail DIR, --athena-sql or
--from-athena asks AWS nothing.
A bucket needs s3:ListBucket, s3:GetObject, and kms:Decrypt if its trail is encrypted.

Event history has management events of 90 days: no objects of S3, no invocations of
Lambda, no items of DynamoDB. A key without calls is never called unused.

exit codes:
  0  everything that was to be read was read, or the SQL was printed
  2  something was not read, or the user or the key was not found"""


def build_parser() -> ConfiguredParser:
    """Return the command line's parser."""
    description = (
        "Say who still uses the access keys of a user: which programs, from where, for what and until when, by "
        "CloudTrail's event history, the files of a trail, or Amazon Athena."
    )
    # Nothing that a checkout sets may decide what is read, or where source addresses go.
    parser = build_configured_parser("usage", description, _EPILOG, typed=("key", "user"), open_keys={})
    groups = Groups(parser)
    add_entry_flags(groups)
    add = groups[WHICH].add_argument
    add("--user", help="name of an IAM user, all of whose keys are looked up")
    add(
        "--key",
        metavar="ID",
        action="append",
        help="id of an access key; the other keys of its user are looked up too, unless AWS is not asked; repeatable "
        "with --trail, --athena-sql and --from-athena",
    )
    add = groups[READING].add_argument
    add(
        "--trail",
        metavar="PLACE",
        help="read the files of a trail instead of event history, as CloudTrail delivers them to a bucket: from there, "
        "s3://bucket/prefix, or from a copy in a directory",
    )
    add(
        "--from", dest="first", metavar="DAY", type=_parse_day, help="first day of delivery, of --trail or --athena-sql"
    )
    add("--to", dest="last", metavar="DAY", type=_parse_day, help="last day of delivery, of --trail or --athena-sql")
    add(
        "--all-events",
        action="store_true",
        help="read every event of event history, instead of a page of each week where a key has many",
    )
    _add_athena_flags(groups)
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


def _add_athena_flags(groups: Groups) -> None:
    add = groups[ATHENA].add_argument
    add(
        "--athena-sql",
        action="store_true",
        help="print SQL that has Amazon Athena count the calls of a trail that is too large for one machine; it is not "
        "run",
    )
    add(
        "--athena-location",
        metavar="S3",
        help="where the trail is, such as s3://bucket/prefix/AWSLogs/111122223333/ or "
        "s3://bucket/AWSLogs/o-exampleorgid/; needs --from",
    )
    add(
        "--athena-table",
        metavar="NAME",
        help="your own table of the trail (table or database.table), with the columns of AWS's documentation",
    )
    add(
        "--athena-account",
        metavar="ID",
        action="append",
        help="account whose files are read; default: the one of --athena-location or of the user; repeatable",
    )
    add(
        "--athena-region",
        metavar="REGION",
        action="append",
        help="region whose files are read; default: that of --athena-location, or all that botocore knows; repeatable",
    )
    add(
        "--from-athena",
        metavar="FILE",
        help="read the CSV that Athena gave for that SQL, instead of event history",
    )


def read_options(arguments: Sequence[str]) -> Namespace:
    """Return what the command line says; raise UsageError if flags contradict each other."""
    options: Namespace = build_parser().parse_args(arguments)
    if bool(options.user) == bool(options.key):
        raise UsageError("say whose keys to look up: either --user NAME or --key ID")
    if len(options.role_arn or ()) > _MOST_ROLES:
        raise UsageError("--role-arn: one account at a time, so name one role")
    if options.role_name:
        raise UsageError("--role-name: name the role with its account, by --role-arn")
    for key in options.key or ():
        if not is_key_id(key):
            raise UsageError(f"--key {one_line(key)}: not the id of an access key, such as AKIAIOSFODNN7EXAMPLE")
    _check_source(options)
    return options


def _check_source(options: Namespace) -> None:
    """Raise UsageError unless the flags name one source of events, and what belongs to it."""
    sources = {
        "--trail": options.trail is not None,
        "--athena-sql": options.athena_sql,
        "--from-athena": options.from_athena is not None,
    }
    named = [flag for flag, is_named in sources.items() if is_named]
    if len(named) > 1:
        raise UsageError(f"{' and '.join(named)}: one of them at a time")
    if not named and len(options.key or ()) > 1:
        raise UsageError(
            f"--key: one at a time, unless with {', '.join(sources)}: AWS tells of the other keys of its user"
        )
    if named and options.all_events:
        raise UsageError(f"--all-events is about event history: leave it out, or {named[0]}")
    if (options.first or options.last) and named not in (["--trail"], ["--athena-sql"]):
        raise UsageError("--from and --to choose files of a trail: add --trail or --athena-sql")
    if options.first and options.last and options.first > options.last:
        raise UsageError("--from is after --to: no day is between them")
    if options.trail is not None:
        _check_place(options.trail)
    _check_athena(options)


def _check_place(text: str) -> None:
    if is_bucket_url(text):
        try:
            parse_bucket_url(text)
        except ValueError as error:
            raise UsageError(f"--trail {one_line(text)}: {error}") from error
    elif not Path(text).is_dir():
        raise UsageError(f"--trail {text}: it is not a directory")


def _check_athena(options: Namespace) -> None:
    """Raise UsageError unless the flags of Athena go together."""
    table, location = options.athena_table is not None, options.athena_location is not None
    if not options.athena_sql:
        if table or location or options.athena_account or options.athena_region:
            raise UsageError(
                "--athena-table, --athena-location, --athena-account and --athena-region need --athena-sql"
            )
        return
    if table == location:
        raise UsageError("--athena-sql: say where the trail is, either --athena-location s3://… or --athena-table NAME")
    if table and (options.athena_account or options.athena_region):
        raise UsageError("--athena-account and --athena-region are about --athena-location: a table has its own")
    if location and not options.first:
        raise UsageError("--athena-location: add --from DAY, since Athena looks for files of every day in every region")
    if location:
        read_location(options.athena_location)
    accounts, regions = tuple(options.athena_account or ()), tuple(options.athena_region or ())
    check_question(Question((), options.athena_table, accounts=accounts, regions=regions))


def _parse_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r}: expected a day such as 2026-11-29") from error
