"""`checkov-keys list`: the rules, since `checkov --list` shows no external checks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from checkov_keys.cli.exit_codes import NOTHING_FOUND
from checkov_keys.cli.parsers import build_plain_parser
from checkov_keys.domain.rules.family import RULES
from checkov_keys.iac.common.frameworks import FRAMEWORKS
from checkov_keys.report.standard_streams import print_line

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

    from checkov_keys.domain.rules.rule import Rule

_EPILOG = """examples:
  checkov-keys list
  checkov-keys list -o json

exit codes:
  0  listed"""


def build_parser() -> ArgumentParser:
    """Return the command line's parser."""
    description = (
        "List the rules of this pack, which checkov --list leaves out: what each one requires, why, and the remedy."
    )
    parser = build_plain_parser("list", description, _EPILOG)
    parser.add_argument("-o", "--output", choices=("cli", "json"), default="cli", help="format; default: %(default)s")
    return parser


def read_options(arguments: Sequence[str]) -> Namespace:
    """Return what the command line says."""
    return build_parser().parse_args(arguments)


def run(options: Namespace) -> int:
    """Print every rule, for people or as JSON."""
    if options.output == "json":
        print_line(json.dumps([_describe(rule) for rule in RULES.values()], indent=4))
    else:
        print_line("\n\n".join(_format(rule) for rule in RULES.values()))
    return NOTHING_FOUND


def _describe(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "name": rule.name,
        "severity": rule.severity,
        "category": rule.category,
        "guideline": rule.guideline,
        "benchmarks": rule.encode_benchmarks(),
        "why": rule.why,
        "remedy": rule.remedy,
        "frameworks": list(FRAMEWORKS),
    }


def _format(rule: Rule) -> str:
    benchmarks = "\n".join(f"    {each}" for each in rule.benchmarks)
    return (
        f"{rule.id} [{rule.severity}] {rule.name}\n"
        f"  Why: {rule.why}\n"
        f"  Remedy: {rule.remedy}\n"
        f"  Guide: {rule.guideline}\n"
        f"  Benchmarks:\n{benchmarks}"
    )
