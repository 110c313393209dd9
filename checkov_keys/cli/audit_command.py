"""`checkov-keys audit`: a live account's IAM users, reported in Checkov's formats."""

from __future__ import annotations

import logging
from argparse import ArgumentTypeError
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import configargparse
import yaml

from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.exemptions import idle_exemptions, idle_sentence
from checkov_keys.domain.turning_off import IN_USE_DAYS
from checkov_keys.runtime.iam_role import ROLE_NAME, SESSION_NAME

if TYPE_CHECKING:
    from argparse import Namespace

    from checkov_keys.domain.users import Account

logger = logging.getLogger(__name__)

BASELINE_FILE = ".checkov.baseline"
_CHOICE_FLAGS = ("role_arn", "accounts", "organization", "ou", "exclude_accounts")
_AWS_FLAGS = ("profile", "region", "endpoint_url", "save_snapshot", *_CHOICE_FLAGS)
# A century, which AWS itself has not seen.
_MOST_DAYS = 36_500
_MOST_WORKERS = 100
_EPILOG = """examples:
  checkov-keys audit
  checkov-keys audit --profile prod -o cli -o sarif --output-file-path results
  checkov-keys audit --quiet --soft-fail-on MEDIUM
  checkov-keys audit --organization --exclude-accounts 111111111111 -o csv --output-file-path keys.csv

It needs iam:ListUsers and iam:ListAccessKeys, and iam:GetAccessKeyLastUsed and iam:ListUserTags for what it says of
violating users. Exit codes: 0 nothing found, 1 findings, 2 could not judge everything (what was judged is reported all
the same)."""


def run(arguments: list[str]) -> int:
    """Audit the account of the credentials in use and return the exit code."""
    options = _parser().parse_args(arguments)

    from checkov_keys.cli.exemption_file import read_exemptions  # noqa: PLC0415
    from checkov_keys.report.fail_thresholds import (  # noqa: PLC0415  # Checkov's Report takes half a second
        exit_code,
        read_baseline,
        write_baseline,
    )
    from checkov_keys.report.live_report import LiveReport, apply_baseline  # noqa: PLC0415
    from checkov_keys.report.report_writer import Destinations, Style, write_report  # noqa: PLC0415
    from checkov_keys.report.rule_choice import chosen_rules  # noqa: PLC0415
    from checkov_keys.report.user_record import Review  # noqa: PLC0415
    from checkov_keys.report.whole_file import check_writable, write_whole  # noqa: PLC0415
    from checkov_keys.runtime.snapshot import snapshot_text  # noqa: PLC0415

    # Whatever the user got wrong is said before AWS is asked anything.
    rules = chosen_rules(options.check, options.skip_check)
    destinations = Destinations(options.output, options.output_file_path, sarif_per_account=options.sarif_per_account)
    baseline = None
    if options.baseline:
        baseline = read_baseline(options.baseline, output_skipped=options.output_baseline_as_skipped)

    exemptions = read_exemptions(options.exemptions) if options.exemptions else ()
    if options.save_snapshot:
        check_writable(Path(options.save_snapshot))
    accounts = _from_snapshot(options) if options.from_snapshot else _from_aws(options)
    if options.save_snapshot:
        write_whole(Path(options.save_snapshot), snapshot_text(accounts), private=True)
    report = LiveReport(accounts, rules, Review(options.in_use_days, options.rotation_grace_days, exemptions))
    for idle in idle_exemptions(exemptions, report.resources):
        logger.warning("%s", idle_sentence(idle))
    if baseline:
        apply_baseline(report, baseline)
    if options.create_baseline:
        write_baseline(report, Path(BASELINE_FILE))
    created = BASELINE_FILE if options.create_baseline else None
    write_report(
        report,
        destinations,
        Style(options.quiet, options.compact, options.custom_tool_name, baseline, created),
    )
    return exit_code(report, soft_fail=options.soft_fail, soft=options.soft_fail_on, hard=options.hard_fail_on)


def _from_aws(options: Namespace) -> list[Account]:
    from checkov_keys.cli.progress_bar import progress_shown  # noqa: PLC0415
    from checkov_keys.domain.users import Account  # noqa: PLC0415
    from checkov_keys.runtime.account_audit import audit_accounts  # noqa: PLC0415  # boto3 takes its time
    from checkov_keys.runtime.account_choice import AccountChoice, accounts_to_audit  # noqa: PLC0415
    from checkov_keys.runtime.aws_session import AwsSession  # noqa: PLC0415
    from checkov_keys.runtime.collector import collect_account  # noqa: PLC0415

    choice = AccountChoice(
        role_arns=tuple(options.role_arn or ()),
        account_ids=_ids(options.accounts),
        organization=options.organization,
        units=tuple(options.ou or ()),
        excluded=_ids(options.exclude_accounts),
        role_name=options.role_name,
        external_id=options.external_id,
        role_session_name=options.role_session_name,
    )
    session = AwsSession(
        profile=options.profile,
        region=options.region,
        endpoint_url=options.endpoint_url,
        connections=options.user_workers,
    )
    # What is asked for at the terminal comes before the progress bar.
    session.sign_in()
    chosen = accounts_to_audit(session, choice) if any(getattr(options, name) for name in _CHOICE_FLAGS) else ()
    with progress_shown(several=bool(chosen)) as progress:
        read = partial(collect_account, workers=options.user_workers, progress=progress)
        if not chosen:
            return [read(session)]
        outcomes = audit_accounts(session, chosen, read, account_workers=options.account_workers, progress=progress)
        accounts = [outcome if isinstance(outcome, Account) else outcome.as_account() for outcome in outcomes]
    return sorted(accounts, key=lambda account: account.id)


def _ids(given: list[str] | None) -> tuple[str, ...]:
    """Return ids that may be repeated flags, or stand with commas in one."""
    return tuple(part.strip() for text in given or () for part in text.split(",") if part.strip())


def _from_snapshot(options: Namespace) -> list[Account]:
    from checkov_keys.runtime.snapshot import accounts_of  # noqa: PLC0415

    asked = [f"--{name.replace('_', '-')}" for name in _AWS_FLAGS if getattr(options, name)]
    if asked:
        raise UsageError(f"--from-snapshot asks AWS nothing: leave out {', '.join(asked)}")
    path = Path(options.from_snapshot)
    try:
        return accounts_of(path.read_text(encoding="utf-8"), f"--from-snapshot {path}")
    except OSError as error:
        raise UsageError(f"--from-snapshot {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"--from-snapshot {path}: not text in UTF-8") from error


class _YamlMapping(configargparse.YAMLConfigFileParser):  # type: ignore[misc]  # configargparse is untyped
    """Checkov's configuration format; what is no mapping of YAML is said in one line."""

    def parse(self, stream: object) -> object:
        try:
            return super().parse(stream)
        except (configargparse.ConfigFileParserException, yaml.YAMLError) as error:
            raise UsageError(
                f"configuration file {getattr(stream, 'name', '')}: {' '.join(str(error).split())}"
            ) from error


def _parser() -> configargparse.ArgumentParser:
    """Return the flags; those that Checkov has too mean the same.

    https://www.checkov.io/2.Basics/CLI%20Command%20Reference.html
    """
    # .checkov.yaml is read where Checkov reads it; its keys that mean nothing to an audit are left alone.
    configurations = [
        str(folder / name) for folder in (Path.cwd(), Path.home()) for name in (".checkov.yaml", ".checkov.yml")
    ]
    parser = configargparse.ArgumentParser(
        prog="checkov-keys audit",
        description="Find the IAM users of a live AWS account that have more than one active access key.",
        epilog=_EPILOG,
        formatter_class=configargparse.RawDescriptionHelpFormatter,
        default_config_files=configurations,
        config_file_parser_class=_YamlMapping,
        ignore_unknown_config_file_keys=True,
        add_config_file_help=False,
        add_env_var_help=False,
        allow_abbrev=False,
    )
    _add_aws_flags(parser)
    _add_account_flags(parser)
    _add_snapshot_flags(parser)
    _add_review_flags(parser)
    _add_exemption_flags(parser)
    _add_checkov_flags(parser)
    return parser


def _add_aws_flags(parser: configargparse.ArgumentParser) -> None:
    parser.add("--profile", help="profile of the AWS configuration; default: the standard credential chain")
    parser.add("--region", help="any region of the partition; IAM is global")
    parser.add("--endpoint-url", help="endpoint instead of AWS's own; AWS_ENDPOINT_URL works too")


def _add_account_flags(parser: configargparse.ArgumentParser) -> None:
    parser.add("--role-arn", action="append", help="role to assume in an account to audit; repeat for several")
    parser.add("--accounts", action="append", help="ids of accounts to audit, with commas; see --role-name")
    parser.add("--organization", action="store_true", help="audit every active account of the organization")
    parser.add("--ou", action="append", help="audit the accounts of an organizational unit, and of all below it")
    parser.add("--exclude-accounts", action="append", help="ids of accounts to leave out, with commas")
    parser.add("--role-name", default=ROLE_NAME, help="role to assume in each account; default: %(default)s")
    parser.add("--external-id", help="external id that the roles ask for")
    parser.add("--role-session-name", default=SESSION_NAME, help="name in CloudTrail; default: %(default)s")
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


def _add_checkov_flags(parser: configargparse.ArgumentParser) -> None:
    formats = ("cli", "json", "junitxml", "sarif", "github_failed_only", "gitlab_sast", "csv")
    parser.add("-o", "--output", action="append", choices=formats, help="format; repeat for several; default: cli")
    parser.add("--output-file-path", help="folder for the formats' files, or a comma-separated list: console,out.xml")
    parser.add(
        "--sarif-per-account",
        action="store_true",
        help="write SARIF as a file for each account, each with a category of its own; needs -o sarif",
    )
    parser.add("--compact", action="store_true", help="do not show the keys below each finding")
    parser.add("--quiet", action="store_true", help="show failed users only")
    parser.add("-c", "--check", action="append", help="rules to run: ids, wildcards, a severity")
    parser.add("--skip-check", action="append", help="rules to leave out: ids, wildcards, a severity")
    parser.add("-s", "--soft-fail", action="store_true", help="exit with 0 where findings would make it 1")
    parser.add("--soft-fail-on", action="append", help="ids or a severity that exit with 0")
    parser.add("--hard-fail-on", action="append", help="ids or a severity that exit with 1")
    parser.add("--baseline", help="report only what this .checkov.baseline file does not know")
    parser.add("--create-baseline", action="store_true", help=f"write all findings to {BASELINE_FILE}")
    parser.add("--output-baseline-as-skipped", action="store_true", help="show what the baseline knows as skipped")
    parser.add("--custom-tool-name", help="tool name in SARIF; default: checkov-keys")
    parser.add("--config-file", is_config_file=True, help="YAML file with these flags as keys; default: .checkov.yaml")
