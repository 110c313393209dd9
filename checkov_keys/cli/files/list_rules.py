"""`checkov-keys list`: the rules, since `checkov --list` shows no external checks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from checkov_keys.cli.exit_codes import NOTHING_FOUND
from checkov_keys.cli.parsers import build_plain_parser
from checkov_keys.domain.rules.family import LIVE_RULES, RULES, TEMPLATE_RULES
from checkov_keys.domain.rules.judging import DEFAULT_THRESHOLDS
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
# Which field of Thresholds, and which flag, each rule that has one is judged by.
_THRESHOLDS = {"CKV2_KEYS_2": "unused_days", "CKV2_KEYS_3": "max_age_days", "CKV2_KEYS_7": "left_over_days"}
_LIVE = frozenset(rule.text.id for rule in LIVE_RULES)
_IN_TEMPLATES = frozenset(rule.text.id for rule in TEMPLATE_RULES)


def build_parser() -> ArgumentParser:
    """Return the command line's parser."""
    description = (
        "List the rules of this pack, which checkov --list leaves out: where each one applies, what it requires, why, "
        "and the remedy."
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
    """Return a rule as JSON: `thresholds` are the flags of audit in days, `frameworks` those of templates."""
    return {
        "id": rule.id,
        "name": rule.name,
        "title": rule.title,
        "severity": rule.severity,
        "category": rule.category,
        "applies_to": _list_places(rule),
        "runs": "if named" if rule.if_named else "by default",
        "thresholds": _read_thresholds(rule),
        "guideline": rule.guideline,
        "benchmarks": rule.encode_benchmarks(),
        "why": rule.why,
        "remedy": rule.remedy,
        "frameworks": list(FRAMEWORKS) if rule.id in _IN_TEMPLATES else [],
    }


def _format(rule: Rule) -> str:
    runs = f"if named: --check {rule.id}, or audit --all-rules" if rule.if_named else "by default"
    days = ", ".join(f"{flag} (default: {number})" for flag, number in _read_thresholds(rule).items())
    benchmarks = "".join(f"\n    {each}" for each in rule.benchmarks)
    lines = (
        f"{rule.id} [{rule.severity}] {rule.name}",
        f"  Applies to: {' and '.join(_list_places(rule))}",
        f"  Runs: {runs}",
        f"  Days: {days}" if days else "",
        f"  Why: {rule.why}",
        f"  Remedy: {rule.remedy}",
        f"  Guide: {rule.guideline}",
        f"  Benchmarks:{benchmarks}" if benchmarks else "",
    )
    return "\n".join(filter(None, lines))


def _list_places(rule: Rule) -> list[str]:
    places = {"live accounts": _LIVE, "templates": _IN_TEMPLATES}
    return [place for place, ids in places.items() if rule.id in ids]


def _read_thresholds(rule: Rule) -> dict[str, int]:
    """Return the days of a rule by the flag that sets them."""
    name = _THRESHOLDS.get(rule.id)
    return {f"--{name.replace('_', '-')}": getattr(DEFAULT_THRESHOLDS, name)} if name else {}
