"""`checkov-keys audit`: a live account's IAM users, reported in Checkov's formats."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from checkov_keys.cli.accounts.access import AwsAccess, read_accounts
from checkov_keys.cli.accounts.flags import add_account_flags
from checkov_keys.cli.accounts.template_flags import TemplateSide, add_template_flags
from checkov_keys.cli.parsers import configured_parser
from checkov_keys.domain.exemptions import idle_exemptions, idle_sentence
from checkov_keys.report.destinations import BASELINE_FILE, Destinations, Style

if TYPE_CHECKING:
    import configargparse

logger = logging.getLogger(__name__)

_EPILOG = """examples:
  checkov-keys audit
  checkov-keys audit --profile prod -o cli -o sarif --output-file-path results
  checkov-keys audit --quiet --soft-fail-on MEDIUM
  checkov-keys audit -d infra --map infra/prod=111111111111 -o sarif
  checkov-keys audit --organization --exclude-accounts 111111111111 -o csv --output-file-path keys.csv

It needs iam:ListUsers and iam:ListAccessKeys, and iam:GetAccessKeyLastUsed and
iam:ListUserTags for what it says of violating users.

exit codes:
  0  nothing found
  1  findings
  2  could not judge everything; what was judged is reported all the same"""


def run(arguments: list[str]) -> int:
    """Audit the account of the credentials in use and return the exit code."""
    options = command_parser().parse_args(arguments)

    from checkov_keys.cli.accounts.exemption_file import read_exemptions  # noqa: PLC0415
    from checkov_keys.report.baselines import (  # noqa: PLC0415  # Checkov's Report takes half a second
        apply_baseline,
        read_baseline,
        write_baseline,
    )
    from checkov_keys.report.live.live_report import LiveReport  # noqa: PLC0415
    from checkov_keys.report.live.user_record import Review  # noqa: PLC0415
    from checkov_keys.report.thresholds import choose_rules, decide_exit_code  # noqa: PLC0415
    from checkov_keys.report.writer import write_report  # noqa: PLC0415

    # Whatever the user got wrong is said before AWS is asked anything.
    rules = choose_rules(options.check, options.skip_check)
    destinations = Destinations(options.output, options.output_file_path, sarif_per_account=options.sarif_per_account)
    baseline = None
    if options.baseline:
        baseline = read_baseline(options.baseline, output_skipped=options.output_baseline_as_skipped)

    exemptions = read_exemptions(options.exemptions) if options.exemptions else ()
    templates = TemplateSide(options)
    accounts = read_accounts(options, AwsAccess(options))
    joined = templates.join(accounts)
    report = LiveReport(accounts, rules, Review(options.in_use_days, options.rotation_grace_days, exemptions, joined))
    for idle in idle_exemptions(exemptions, report.resources):
        logger.warning("%s", idle_sentence(idle))
    if baseline:
        apply_baseline(report, baseline)
    if options.create_baseline:
        write_baseline([report], Path(BASELINE_FILE))
    created = BASELINE_FILE if options.create_baseline else None
    write_report(
        report,
        destinations,
        Style(options.quiet, options.compact, options.custom_tool_name, baseline, created),
    )
    return decide_exit_code(report, soft_fail=options.soft_fail, soft=options.soft_fail_on, hard=options.hard_fail_on)


def command_parser() -> configargparse.ArgumentParser:
    """Return the command line's parser; the flags that Checkov has too mean the same."""
    description = "Find the IAM users of a live AWS account that have more than one active access key."
    parser = configured_parser("audit", description, _EPILOG)
    add_account_flags(parser)
    add_template_flags(parser)
    _add_checkov_flags(parser)
    return parser


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
