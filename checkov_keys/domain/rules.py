"""The rules and the one judgement that templates, plans and live accounts share."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from checkov_keys.domain.users import AccessKey, KeyStatus, User


class Verdict(Enum):
    """What a rule says about a user or a key."""

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
    sentences for people who see the finding first.
    """

    id: str
    name: str
    severity: str
    category: str
    guideline: str
    benchmarks: tuple[Benchmark, ...]
    why: str
    remedy: str

    def encode_benchmarks(self) -> dict[str, list[dict[str, str]]]:
        """Return the benchmarks as JSON in the shape that Checkov's platform and its readers use.

        Lists of texts instead crash DefectDojo's importer, which asks each entry for its name and description.
        """
        return {
            each.name: [{"name": each.control or each.name, "description": each.description}]
            for each in self.benchmarks
        }

    def judge(self, user: User) -> Verdict:
        """Return the verdict on a user: FAILED with more than one active key, whatever the others may be."""
        active = undecided = 0
        for key in user.keys:
            active += key.status is KeyStatus.ACTIVE
            undecided += key.status is KeyStatus.UNKNOWN
        if active > 1:
            return Verdict.FAILED
        return Verdict.UNKNOWN if undecided and active + undecided > 1 else Verdict.PASSED

    def judge_key(self, key: AccessKey, over_user: Verdict) -> Verdict:
        """Return the verdict on a key, given that on its user: FAILED for each active key of a user that fails."""
        if key.status is KeyStatus.UNKNOWN:
            return Verdict.UNKNOWN
        violates = key.status is KeyStatus.ACTIVE and over_user is Verdict.FAILED
        return Verdict.FAILED if violates else Verdict.PASSED


def active_keys(user: User) -> tuple[AccessKey, ...]:
    """Return the keys of a user that are known to be active."""
    return tuple(key for key in user.keys if key.status is KeyStatus.ACTIVE)


_CIS = "Only one active access key for any single IAM user"
# Trend Micro's page of the rule names these, and none of their controls.
_STANDARD = "The rule helps to comply with this standard; no single control is named"

ONE_ACTIVE_KEY = Rule(
    id="CKV2_KEYS_1",
    name="Ensure IAM users have at most one active access key",
    severity="MEDIUM",
    category="IAM",
    guideline=("https://www.trendmicro.com/cloudoneconformity/knowledge-base/aws/IAM/unnecessary-access-keys.html"),
    benchmarks=(
        Benchmark("CIS AWS Foundations v1.3 to v4.0.1", "1.13", _CIS),
        Benchmark("CIS AWS Foundations v5.0", "1.12", _CIS),
        Benchmark("CIS AWS Foundations v6.0", "2.12", _CIS),
        Benchmark("AWS Well-Architected", "Security pillar", "Manage identities and their long-lived credentials"),
        Benchmark("NIST 800-53 Rev. 4", "", _STANDARD),
        Benchmark("APRA", "", _STANDARD),
        Benchmark("MAS", "", _STANDARD),
    ),
    why=(
        "AWS lets an IAM user hold two access keys so that one can replace the other during rotation. "
        "Outside rotation a second active key is attack surface that nobody needs: "
        "one more long-lived secret that can leak, and one more to find and turn off when it does."
    ),
    remedy=(
        "Choose the key to keep, move applications to it and test them, "
        "then set the other key to Inactive, which can be undone; delete it only later."
    ),
)

RULES: tuple[Rule, ...] = (ONE_ACTIVE_KEY,)
