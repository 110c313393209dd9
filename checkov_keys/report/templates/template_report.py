"""What a scan of templates says: Checkov's reports of its runners, and what these have no place for."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from checkov.common.models.enums import CheckResult

from checkov_keys.domain.rules.exposed_secrets import EXPOSED_SECRETS
from checkov_keys.domain.rules.one_active_key import ONE_ACTIVE_KEY
from checkov_keys.domain.templates import AbsentModule
from checkov_keys.domain.text import escape_unprintable
from checkov_keys.report.formats.exposure_text import MOST_SECRETS, encode_secret
from checkov_keys.report.formats.violation import KEEP_ONE, describe_remedy
from checkov_keys.report.plain_text import printable
from checkov_keys.report.templates.exposure_index import ExposureIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from checkov.common.output.record import Record
    from checkov.common.output.report import Report

    from checkov_keys.domain.exposures import Exposure
    from checkov_keys.domain.templates import KeyEvidence, KeyPlace
    from checkov_keys.domain.users import Unjudged

# The languages into which `checkov-keys fix` writes.
_FIXED = frozenset({"terraform", "terraform_json", "cloudformation"})


@dataclass
class TemplateReport:
    """One scan: `reports` are those of runners that hold something.

    `unjudged` is what could not be judged, each thing once. `absent` are modules that are called and are not here: they
    may make keys, and cost no exit code by themselves. `users` is how many users' keys were judged, `followed`
    the number of keys whose secrets were followed, None if nobody asked for that, `languages`
    the frameworks that were asked for. `directories` are those that were scanned, for the command that fixes a finding.
    """

    reports: list[Report]
    unjudged: list[Unjudged] = field(default_factory=list)
    absent: list[AbsentModule] = field(default_factory=list)
    users: int = 0
    followed: int | None = None
    languages: Sequence[str] = ()
    directories: Sequence[str] = ()

    @property
    def records(self) -> Iterator[tuple[Report, Record]]:
        """All records with their reports: the failed, the passed and the skipped ones of each."""
        for report in self.reports:
            for records in (report.failed_checks, report.passed_checks, report.skipped_checks):
                for record in records:
                    yield report, record

    def count(self, verdict: str) -> int:
        """Return how many records are "passed", "failed" or "skipped"."""
        return sum(len(getattr(report, f"{verdict}_checks")) for report in self.reports)

    def describe_clean(self) -> str:
        """Return one line that says what was judged."""
        # Each rule has a record of each key, but the records of exposed secrets are about other resources.
        of_keys = [record for _, record in self.records if not _is_exposure(record)]
        keys = len({(record.file_abs_path, record.file_line_range[0], record.resource) for record in of_keys})
        files = len({record.file_abs_path for record in of_keys})
        what = f"{_count(keys, 'access key')} of {_count(self.users, 'user')} in {_count(files, 'file')}"
        what = f"{what} judged"
        if self.followed is not None and not keys:
            # Whoever asks for the rule on secrets alone has no key judged by another one.
            what = f"the secret{'' if self.followed == 1 else 's'} of {_count(self.followed, 'access key')} followed"
        absent = f"; {_count(len(self.absent), 'module')} not here" if self.absent else ""
        return f"{what} ({', '.join(self.languages)}){absent}"


def build_template_report(
    reports: Iterable[Report],
    unjudged: Iterable[Unjudged] = (),
    evidence: Iterable[KeyEvidence] = (),
    exposures: Iterable[Exposure] = (),
    *,
    absent: Iterable[AbsentModule] = (),
    users: int = 0,
    followed: int | None = None,
    languages: Sequence[str] = (),
    directories: Sequence[str] = (),
    sources: Sequence[str] = (),
) -> TemplateReport:
    """Return a scan's report, whose failed records name their user and the user's other keys, and say what to do.

    These are the attributes `iam_user`, `other_keys` (each with `address`, `file` and `line`), `remedy`, and `fix`, the
    command that writes the edit, "" if none does. Those of a sink, also if it is skipped, are `exposed_secrets` (as
    `encode_secret` makes them), `exposed_secrets_omitted`, how many more there are, `exposure_reason`, and `remedy`.
    They reach the JSON output. The paths of all records become those of files, from the working directory; `sources`
    are directories of the configurations that plans were made from.
    """
    # Runners that run side by side are ready in any order.
    order = {name: number for number, name in enumerate(languages)}
    filled = sorted(
        (report for report in reports if not report.is_empty()), key=lambda each: order.get(each.check_type, len(order))
    )
    here = os.path.join(os.getcwd(), "")  # noqa: PTH109, PTH118
    missed = printable(
        replace(each, address=_shorten(each.address, here), reason=each.reason.replace(here, "")) for each in unjudged
    )
    # A module whose user has a key here is named as not judged already.
    modules = [
        AbsentModule(escape_unprintable(each.source), escape_unprintable(relative_path(each.path)))
        for each in absent
        if not any(each.source in unjudged.reason for unjudged in missed)
    ]
    report = TemplateReport(filled, missed, modules, users, followed, languages, directories)
    by_path: dict[str, list[KeyEvidence]] = {}
    for each in evidence:
        by_path.setdefault(each.path, []).append(each)
    index = ExposureIndex(exposures)
    # Thousands of steps are in few files.
    locate = cache(relative_path)
    for owner, record in report.records:
        before = os.path.abspath(record.file_abs_path)  # noqa: PTH100
        _place(record, (*directories, *sources))
        if _is_exposure(record):
            paths = (before, os.path.abspath(record.file_abs_path))  # noqa: PTH100
            vars(record).update(_describe_exposure(record, index.find(record.resource, paths), locate))
        elif record.check_result["result"] == CheckResult.FAILED:
            candidates = by_path.get(before) or by_path.get(os.path.abspath(record.file_abs_path), [])  # noqa: PTH100
            _explain(record, _find_evidence(record, candidates), owner.check_type, directories)
    return report


def _shorten(address: str, here: str) -> str:
    return address.removeprefix(here)


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _place(record: Record, directories: Sequence[str]) -> None:
    """Give a record the path of its file, from where the command runs."""
    path = os.path.abspath(record.file_abs_path)  # noqa: PTH100  # as Checkov
    is_other = os.path.basename(path) != os.path.basename(record.file_path)  # noqa: PTH119
    if is_other or not os.path.exists(path):  # noqa: PTH110
        # Checkov's runner of manifests writes the directory twice, and a plan's record may show lines of its source.
        below = record.file_path.lstrip("/")
        candidates = [below, *(os.path.join(each, below) for each in directories)]  # noqa: PTH118
        found = next(filter(os.path.isfile, candidates), path)
        path = os.path.abspath(found)  # noqa: PTH100
        record.file_abs_path = path
        record.file_path = f"/{relative_path(path)}"
    relative = relative_path(path)
    if not relative.startswith("../"):
        # Checkov has a path for files that are elsewhere.
        record.repo_file_path = f"/{relative}"


def relative_path(path: str) -> str:
    """Return a file's path from the working directory, as it is if it is on another drive."""
    try:
        return os.path.relpath(path).replace(os.sep, "/")
    except ValueError:
        return path


def _find_evidence(record: Record, candidates: Iterable[KeyEvidence]) -> KeyEvidence | None:
    matching = [
        each for each in candidates if record.resource == each.address or record.resource.endswith(f".{each.address}")
    ]
    return max(matching, key=lambda each: len(each.address), default=None)


def _explain(record: Record, evidence: KeyEvidence | None, framework: str, directories: Sequence[str]) -> None:
    # Beside an active key, there are others, and the only edit that there is turns a key off.
    is_on = record.check_id == ONE_ACTIVE_KEY.text.id
    fields: dict[str, Any] = {"remedy": describe_remedy(record), "fix": ""}
    if evidence is not None:
        fields["iam_user"] = escape_unprintable(evidence.user)
    if evidence is not None and is_on:
        fields["other_keys"] = [_encode(place) for place in evidence.others]
        fields["other_keys_omitted"] = evidence.omitted
    if is_on and framework in _FIXED and directories and "[" not in record.resource:
        command = shlex.join(["checkov-keys", "fix", *(word for each in directories for word in ("-d", each))])
        resource = record.resource.rpartition("AWS::IAM::AccessKey.")[2]
        fields["fix"] = f"{command} --resource {shlex.quote(resource)}"
        fields["remedy"] = f"{KEEP_ONE[:-1]}, as here: {fields['fix']}"
    vars(record).update(fields)


def _is_exposure(record: Record) -> bool:
    return bool(record.check_id == EXPOSED_SECRETS.text.id)


def _describe_exposure(record: Record, exposure: Exposure | None, locate: Callable[[str], str]) -> dict[str, Any]:
    """Return the attributes of a record of a sink; `exposure` is None if nothing is known of the secrets there."""
    if exposure is None:
        return {"remedy": describe_remedy(record)}
    secrets = [encode_secret(each, locate) for each in exposure.secrets[:MOST_SECRETS]]
    replace_keys = (
        "Then replace the key: its secret may have been seen."
        if len({each.key for each in exposure.secrets}) == 1
        else "Then replace the keys: their secrets may have been seen."
    )
    return {
        "exposed_secrets": secrets,
        "exposed_secrets_omitted": len(exposure.secrets) - len(secrets),
        "exposure_reason": exposure.reason,
        "remedy": f"{exposure.instead} {replace_keys}" if exposure.instead else describe_remedy(record),
    }


def _encode(place: KeyPlace) -> dict[str, Any]:
    return {
        "address": escape_unprintable(place.address),
        "file": escape_unprintable(relative_path(place.path)) if place.path else "",
        "line": place.line,
    }
