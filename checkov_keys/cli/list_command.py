"""`checkov-keys list`: the rules, since `checkov --list` shows no external checks."""

from __future__ import annotations

import argparse
import json

from checkov_keys.domain.exit_codes import NOTHING_FOUND
from checkov_keys.domain.rules import RULES, Rule


def run(arguments: list[str]) -> int:
    """Print every rule, for people or as JSON."""
    parser = argparse.ArgumentParser(prog="checkov-keys list", description="List the rules of this pack.")
    parser.add_argument("-o", "--output", choices=("cli", "json"), default="cli", help="cli (default) or json")
    options = parser.parse_args(arguments)
    if options.output == "json":
        print(json.dumps([_as_data(rule) for rule in RULES], indent=4))
    else:
        print("\n\n".join(_as_text(rule) for rule in RULES))
    return NOTHING_FOUND


def _as_data(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "name": rule.name,
        "severity": rule.severity,
        "category": rule.category,
        "guideline": rule.guideline,
        "benchmarks": {name: list(sections) for name, sections in rule.benchmarks},
        "why": rule.why,
        "remedy": rule.remedy,
    }


def _as_text(rule: Rule) -> str:
    benchmarks = "\n".join(f"    {name}: {', '.join(sections)}" for name, sections in rule.benchmarks)
    return (
        f"{rule.id} [{rule.severity}] {rule.name}\n"
        f"  Why: {rule.why}\n"
        f"  Remedy: {rule.remedy}\n"
        f"  Guide: {rule.guideline}\n"
        f"  Benchmarks:\n{benchmarks}"
    )
