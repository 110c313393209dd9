"""Hold what the project reads of random Terraform configurations against what the real Terraform makes of them.

    python tools/check_truth.py --count 200 --seed 1 [--engine reader|scan|tfparse] [--jobs 2] [--keep FOLDER]

Prints each difference, and how many configurations agree. With --keep, the folder of each that differs is kept there,
with a file DIFFERENCES. Exit code: 0 if 99.5 % agree and no violation is missed, 1 otherwise, 2 if Terraform cannot be
asked.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

SUPPORT = Path(__file__).resolve().parents[1] / "tests" / "terraform" / "support"
sys.path.insert(0, str(SUPPORT))

from applied_state import RefusedError, Terraform, find_obstacle  # noqa: E402  # found through the line above
from compared_keys import Difference, compare  # noqa: E402
from configuration_chunks import Task, build_parser, iterate_outcomes  # noqa: E402
from random_configurations import Configuration, make_configuration  # noqa: E402
from scanned_keys import READINGS, Scanned  # noqa: E402

BAR = 0.995


@dataclass
class Outcome:
    """What came of one configuration."""

    number: int
    verdict: str
    """refused, agrees, differs, or failed (the reading raised an exception)."""
    violating: bool = False
    keys: int = 0
    differences: list[Difference] = field(default_factory=list)
    exit_code: int = 0
    text: str = ""
    seconds: tuple[float, float] = (0.0, 0.0)
    """Of Terraform, and of the reading."""


def main() -> int:
    """Run; returns the exit code."""
    options = _parse_options()
    obstacle = find_obstacle()
    if obstacle:
        print(f"Terraform cannot be asked: {obstacle}", file=sys.stderr)
        return 2
    outcomes: list[Outcome] = []
    for outcome in iterate_outcomes(_check_chunk, options):
        _print_outcome(outcome)
        outcomes.append(outcome)
    return _print_summary(outcomes)


def _parse_options() -> argparse.Namespace:
    parser = build_parser((__doc__ or "").split("\n")[0])
    parser.add_argument("--engine", choices=sorted(READINGS), default="reader", help="what reads them")
    parser.add_argument("--assignments", action="store_true", help="some values are given by -var flags too")
    return parser.parse_args()


def _check_chunk(task: Task) -> list[Outcome]:
    options, numbers = task
    with Terraform() as terraform:
        return [_check(terraform, options, number) for number in numbers]


def _check(terraform: Terraform, options: argparse.Namespace, number: int) -> Outcome:
    """Make one configuration and compare; it is kept where it differs."""
    chance = random.Random(f"{options.seed}/{number}")  # noqa: S311  # no secret
    configuration = make_configuration(chance, assignments=options.assignments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "root"
        folder.mkdir()
        configuration.write(folder)
        started = time.monotonic()
        try:
            applied = terraform.apply(folder, configuration.flags)
        except RefusedError as error:
            return Outcome(number, "refused", text=str(error))
        between = time.monotonic()
        outcome = Outcome(number, "agrees", bool(applied.failed), len(applied.keys))
        scanned = Scanned()
        try:
            scanned = READINGS[options.engine](folder, configuration.flags)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is a finding
            outcome.verdict, outcome.text = "failed", f"{type(error).__name__}: {error}"
        outcome.seconds = (between - started, time.monotonic() - between)
    if outcome.verdict != "failed":
        outcome.differences, outcome.exit_code = compare(applied, scanned), scanned.exit_code
        outcome.verdict = "differs" if outcome.differences else "agrees"
    if options.keep and outcome.verdict != "agrees":
        _keep(options.keep / str(number), configuration, outcome)
    return outcome


def _keep(folder: Path, configuration: Configuration, outcome: Outcome) -> None:
    configuration.write(folder)
    (folder / "DIFFERENCES").write_text(_describe(outcome) + f"\nflags: {' '.join(configuration.flags)}\n")


def _describe(outcome: Outcome) -> str:
    lines = [f"{outcome.number} {outcome.verdict}, exit {outcome.exit_code} {outcome.text}".rstrip()]
    lines += [f"  {'MISSED ' if each.missed else ''}{each.address}: {each.text}" for each in outcome.differences]
    return "\n".join(lines)


def _print_outcome(outcome: Outcome) -> None:
    if outcome.verdict in {"differs", "failed"}:
        print(_describe(outcome), flush=True)


def _print_summary(outcomes: list[Outcome]) -> int:
    verdicts = Counter(outcome.verdict for outcome in outcomes)
    judged = [outcome for outcome in outcomes if outcome.verdict != "refused"]
    missed = [outcome for outcome in judged if any(each.missed for each in outcome.differences)]
    silent = [outcome for outcome in missed if outcome.exit_code == 0]
    share = verdicts["agrees"] / max(1, len(judged))
    terraform, reading = (sum(outcome.seconds[part] for outcome in judged) / max(1, len(judged)) for part in (0, 1))
    violating, keys = sum(outcome.violating for outcome in judged), sum(outcome.keys for outcome in judged)
    print(f"{verdicts['agrees']} of {len(judged)} agree ({share:.1%}); {verdicts['differs']} differ,", end=" ")
    print(f"{verdicts['failed']} end in an exception.")
    print(f"{len(missed)} miss a violation, {len(silent)} of these with exit code 0; {violating} of all have one.")
    print(f"{verdicts['refused']} of {len(outcomes)} were refused by Terraform, and dropped. {keys} keys.")
    print(f"Seconds a configuration: {terraform:.2f} for Terraform, {reading:.2f} for the reading.")
    return int(bool(missed) or share < BAR)


if __name__ == "__main__":
    sys.exit(main())
