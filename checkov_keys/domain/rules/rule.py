"""What a rule is called, how severe it is, and why anybody should care: all that is not judgement."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import NamedTuple


class Verdict(Enum):
    """What a rule says about a user, an account or a key."""

    PASSED = "PASSED"
    FAILED = "FAILED"
    SKIPPED = "SKIPPED"
    UNKNOWN = "UNKNOWN"


class Benchmark(NamedTuple):
    """A benchmark that asks for a rule; `control` is its number there, "" for a standard that is named as a whole."""

    name: str
    control: str
    description: str

    def __str__(self) -> str:
        """Return the benchmark in words: CIS AWS Foundations v5.0: 1.12."""
        return f"{self.name}: {self.control}" if self.control else self.name


@dataclass(frozen=True)
class Rule:
    """A rule as reports show it.

    `severity` is a name of Checkov's severities, `benchmarks` are those that ask for it, `why` and `remedy` are whole
    sentences for people who see the finding first. `title` is what a finding is called in two or three words, `command`
    the command of the AWS CLI that fixes one, "" if there is none. A rule that runs `if_named` runs only if somebody
    names it.
    """

    id: str
    title: str
    name: str
    severity: str
    category: str
    guideline: str
    benchmarks: tuple[Benchmark, ...]
    why: str
    remedy: str
    command: str = ""
    if_named: bool = False

    def encode_benchmarks(self) -> dict[str, list[dict[str, str]]]:
        """Return the benchmarks as JSON in the shape that Checkov's platform and its readers use.

        Lists of texts instead crash DefectDojo's importer, which asks each entry for its name and description.
        """
        return _encode_benchmarks(self.benchmarks)


@cache
def _encode_benchmarks(benchmarks: tuple[Benchmark, ...]) -> dict[str, list[dict[str, str]]]:
    encoded: dict[str, list[dict[str, str]]] = {}
    for each in benchmarks:
        entry = {"name": each.control or each.name, "description": each.description}
        encoded.setdefault(each.name, []).append(entry)
    return encoded


TURN_OFF = "aws iam update-access-key --user-name <user> --access-key-id <key id> --status Inactive"
# A standard that asks for good keys without naming a control.
STANDARD = "The rule helps to comply with this standard; no single control is named"


def cis(description: str, **controls: str) -> tuple[Benchmark, ...]:
    """Return a control of the CIS AWS Foundations Benchmark by its versions: `cis("…", v5_0="1.12")`."""
    names = {
        "v1_2": "v1.2",
        "v1_3": "v1.3 to v4.0.1",
        "v5_0": "v5.0",
        "v6_0": "v6.0",
        "v7_0": "v7.0",
    }
    return tuple(
        Benchmark(f"CIS AWS Foundations {names[each]}", control, description) for each, control in controls.items()
    )


def security_hub(description: str, *controls: str) -> tuple[Benchmark, ...]:
    """Return controls of AWS Security Hub: https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html."""
    return tuple(Benchmark("AWS Security Hub", control, description) for control in controls)


def conformity(*names: str) -> tuple[Benchmark, ...]:
    """Return rules of Trend Micro Cloud One Conformity by their names."""
    return tuple(Benchmark("Trend Micro Cloud One Conformity", name, name) for name in names)
