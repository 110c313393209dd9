"""A record of Checkov's JSON → what a page shows of it: texts without control characters, and no more than it shows."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from checkov_keys.domain.rules.family import RULES
from checkov_keys.domain.rules.one_active_key import ONE_ACTIVE_KEY
from checkov_keys.domain.text import source_line
from checkov_keys.domain.users import ROOT, KeyStatus
from checkov_keys.report.dashboard.benchmarks import read_benchmarks
from checkov_keys.report.dashboard.commands import build_command, find_command, read_steps
from checkov_keys.report.dashboard.exposures import read_exposure
from checkov_keys.report.dashboard.texts import LONGEST_TEXT, clean_text
from checkov_keys.report.dashboard.usages import read_usages
from checkov_keys.report.live.evidence import describe_last_use

if TYPE_CHECKING:
    from collections.abc import Callable

    ReadBenchmarks = Callable[[object], tuple[str, ...]]

# What JSON holds. A finding has the keys that `build_finding` and `build_unjudged` name, without the empty ones.
Finding = dict[str, Any]

FAILED, UNJUDGED, SUPPRESSED, PASSED = VERDICTS = ("failed", "unjudged", "suppressed", "passed")

# For results of versions that did not write them.
_BENCHMARKS = {rule.id: tuple(map(str, rule.benchmarks)) for rule in RULES.values()}
# What counts as lately, in days: that a key was used then or later says all that is asked.
_LATELY = 30
# As many lines as Checkov itself shows at most.
_MOST_LINES = 50
# The labels of what Checkov's software composition analysis knows about a package:
# https://github.com/bridgecrewio/checkov/blob/main/checkov/common/sca/output.py
_PACKAGE = (
    ("Vulnerability", "id"),
    ("Package", "package_name"),
    ("Version", "package_version"),
    ("Fixed in", "lowest_fixed_version"),
    ("Fix", "fix_command"),
    ("CVSS", "cvss"),
    ("Vector", "vector"),
    ("Status", "status"),
    ("Licence", "license"),
)


def build_finding(
    record: dict[str, Any], verdict: str, check_type: str, read: ReadBenchmarks = read_benchmarks
) -> Finding:
    """Return what a page shows of a record.

    Texts: `verdict`, `check` (id), `name`, `severity`, `resource`, `address` (if the resource is shown by a shorter
    name), `account`, `accountName`, `file`, `lines`, `type`, `note`, `reason` (why it is suppressed), `found` (what is
    wrong with a live user's keys, if the proposal does not say so, or which secrets a sink holds), `seen` (who can read
    these), `proposal`, `remedy`, `why`, `console` and `guideline` (links that begin with https://), `code` (lines),
    `off` (the id of the key to turn off), `command` (what does so), `declared` (the lines of a template that declare a
    live user), `user` (whom a key in a template belongs to). Lists: `facts` (pairs of label and text), `keys` (what
    `read_access_keys` makes), `steps` (commands for a person to run), `others` (texts, the other keys of that user),
    `usages` (pairs of a key and texts about who uses it), `ways` (pairs of a secret and the steps of its way),
    `benchmarks` (what `read` makes of them).
    """
    package = _to_mapping(record.get("vulnerability_details"))
    rule = RULES.get(record["check_id"])
    user, resource = clean_text(record.get("user")), clean_text(record.get("resource"))
    remedy = clean_text(record.get("remedy"))
    found: Finding = {
        "verdict": verdict,
        "check": clean_text(record["check_id"]),
        "name": clean_text(record.get("check_name")),
        "severity": read_severity(record),
        "resource": name_user(user) or resource,
        "address": resource if user else "",
        "account": read_account(record),
        "accountName": clean_text(record.get("account_name")),
        "file": read_file(record),
        "lines": _format_lines(record),
        "type": clean_text(check_type),
        "note": clean_text(record.get("note")) if verdict != SUPPRESSED else "",
        "reason": clean_text(_to_mapping(record["check_result"]).get("suppress_comment")),
        "found": _read_finding(record),
        **_read_proposal(record, user, remedy),
        **_read_template_key(record),
        **read_exposure(record),
        "why": rule.why if rule else "",
        "remedy": remedy or (rule.remedy if rule else ""),
        "benchmarks": read(record.get("benchmarks")) or _BENCHMARKS.get(record["check_id"], ()),
        "console": check_link(record.get("console")),
        "guideline": check_link(record.get("guideline")) or check_link(package.get("link")),
        "keys": read_access_keys(record),
        "usages": read_usages(record),
        # For a live user at its own path, it repeats what the keys say.
        "code": "" if _has_no_file(record) else _format_code(record.get("code_block")),
        "facts": _list_facts(record, package),
    }
    return {name: value for name, value in found.items() if value}


def build_unjudged(address: str, reason: str, **more: str) -> Finding:
    """Return what a page shows of something that could not be judged: `resource`, `reason`, and what `more` names."""
    return {
        "verdict": UNJUDGED,
        "resource": address,
        "reason": reason,
        **{key: text for key, text in more.items() if text},
    }


def name_user(user: str) -> str:
    """Return the name of a live user for people: the root user has none."""
    return "root user" if user == ROOT else user


def check_link(value: object) -> str:
    """Return a link that a page may offer, "" if it is not one: other schemes than https may run something."""
    text = clean_text(value)
    return text if text.startswith("https://") and " " not in text else ""


def read_severity(record: dict[str, Any]) -> str:
    """Return the severity in Checkov's words, "" if it has none, as without a platform."""
    of_package = _to_mapping(record.get("vulnerability_details")).get("severity")
    return clean_text(record.get("severity") or of_package).upper()


def read_account(record: dict[str, Any]) -> str:
    """Return the account of a record of a live user, "" of any other."""
    return clean_text(record.get("account"))


def _has_no_file(record: dict[str, Any]) -> bool:
    # A live user's path in its account serves as its file.
    return bool(read_account(record)) and str(record.get("file_path")).startswith("/aws/")


def read_file(record: dict[str, Any]) -> str:
    """Return the path of a file as it is in its repository, "" for a live user that no template declares."""
    if _has_no_file(record):
        return ""
    path = record.get("repo_file_path")
    # Outside of the folder in which Checkov ran, that path leads up and down.
    inside = isinstance(path, str) and path and not path.startswith("/..")
    return clean_text(path if inside else record.get("file_path"))


def read_access_keys(record: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the keys of a live user.

    `id`, `status`, `created` (a date, "" if unknown), `used` (a sentence); `age` and `idle` are whole days when the
    account was read, since the key was made and since it was last used, None if unknown; `never` says that the key
    was never used.
    """
    keys = record.get("access_keys")
    return [_key(key) for key in keys if isinstance(key, dict)] if isinstance(keys, list) else []


def is_active(key: dict[str, Any]) -> bool:
    """Tell whether a key, as `read_access_keys` makes it, is active."""
    return bool(key["status"] == KeyStatus.ACTIVE.value)


def _key(key: dict[str, Any]) -> dict[str, Any]:
    names = ("id", "status", "created", "last_used", "last_used_service", "last_used_region")
    texts = {name: clean_text(key.get(name)) for name in names}
    age = key.get("age_days")
    age = age if isinstance(age, int) and not isinstance(age, bool) else None
    created, used = _parse_date(texts["created"]), _parse_date(texts["last_used"])
    known = age is not None and created is not None and used is not None
    idle = max(age - (used - created).days, 0) if known else None  # type: ignore[operator]  # known
    if idle is not None and idle >= _LATELY and key.get("last_used_or_later"):
        # It may have been used yesterday.
        idle = None
    return {
        "id": texts["id"],
        "status": texts["status"],
        "created": texts["created"][:10],
        "age": age,
        "used": describe_last_use(texts),
        "idle": idle,
        "never": bool(texts["last_used_service"]) and not texts["last_used"],
    }


def _parse_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _format_lines(record: dict[str, Any]) -> str:
    lines = record.get("file_line_range")
    if _has_no_file(record) or not isinstance(lines, list) or len(lines) != 2 or lines == [0, 0]:  # noqa: PLR2004  # a range
        return ""
    first, last = (clean_text(line) for line in lines)
    return first if first == last else f"{first}-{last}"


def _format_code(block: object) -> str:
    """Return Checkov's pairs of line number and line as numbered lines."""
    if not isinstance(block, list):
        return ""
    pairs = [pair for pair in block if isinstance(pair, list) and len(pair) == 2 and isinstance(pair[1], str)]  # noqa: PLR2004  # a pair
    width = max((len(clean_text(number)) for number, _ in pairs[:_MOST_LINES]), default=0)
    lines = [
        f"{clean_text(number):>{width}}  {source_line(line[:LONGEST_TEXT])}".rstrip()
        for number, line in pairs[:_MOST_LINES]
    ]
    more = len(pairs) - _MOST_LINES
    return "\n".join([*lines, *([f"… {more} more lines"] if more > 0 else [])])


def _read_finding(record: dict[str, Any]) -> str:
    """Return what is wrong with a live user, "" for one that has too many keys: these, and the proposal, say it."""
    if record["check_id"] == ONE_ACTIVE_KEY.text.id:
        return ""
    found = clean_text(_to_mapping(record.get("finding")).get("summary"))
    return found[:1].upper() + found[1:]


def _read_proposal(record: dict[str, Any], user: str, remedy: str) -> dict[str, Any]:
    proposal, declared = _to_mapping(record.get("proposal")), clean_text(record.get("template"))
    off = clean_text(proposal.get("key"))
    return {
        "proposal": clean_text(proposal.get("sentence")),
        "off": off,
        # What a template declares is turned off there, or it comes back.
        "command": find_command(remedy) if remedy or declared else build_command(user, off),
        "steps": [] if declared else read_steps(proposal.get("steps")),
        "declared": declared,
    }


def _read_template_key(record: dict[str, Any]) -> dict[str, Any]:
    return {"user": clean_text(record.get("iam_user")), "others": _list_other_keys(record.get("other_keys"))}


def _list_other_keys(keys: object) -> list[str]:
    """Return each key in a template as its address with its file and line."""
    if not isinstance(keys, list):
        return [clean_text(keys)] if keys else []
    return [text for key in keys if (text := _locate(key, "address"))]


def format_module(module: dict[str, Any]) -> str:
    """Return a module that is not here, a mapping of `source`, `file` and `line`, as one text."""
    return _locate(module, "source")


def _locate(entry: object, name: str) -> str:
    if not isinstance(entry, dict):
        return clean_text(entry)
    what, file, line = (clean_text(entry.get(each)) for each in (name, "file", "line"))
    place = f"{file}:{line}" if file and line else file
    return f"{what} ({place})" if what and place else what or place


def _list_facts(record: dict[str, Any], package: dict[str, Any]) -> list[tuple[str, str]]:
    caller = clean_text(record.get("caller_file_path"))
    details = record.get("details")
    facts = [
        ("Called from", caller),
        *((label, clean_text(package.get(name))) for label, name in _PACKAGE),
        ("Description", clean_text(record.get("description") or package.get("description"))),
        *(("Detail", clean_text(detail)) for detail in (details if isinstance(details, list) else [])),
    ]
    return [(label, text) for label, text in facts if text]


def _to_mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
