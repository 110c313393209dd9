"""The numbers and findings of results → one self-contained HTML page."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from checkov_keys import __version__
from checkov_keys.domain.text import one_line
from checkov_keys.report.dashboard.figures import DashboardNumbers, count_ages, count_last_uses, find_oldest
from checkov_keys.report.dashboard.findings import FAILED, PASSED, SUPPRESSED, UNJUDGED, VERDICTS, Finding
from checkov_keys.report.plain_text import account_label

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

_FILES = Path(__file__).parent
# How many entries of a list are shown at once, how many more on demand, and how many rows without JavaScript.
_FIRST, _MORE, _WITHOUT_JAVASCRIPT = 20, 1_000, 1_000
# Inside <script>, "</script>", "<!--" and "<script" could end it, or hide its end.
# https://html.spec.whatwg.org/multipage/scripting.html#restrictions-for-contents-of-script-elements
_IN_SCRIPT = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})
# Otherwise, passed checks would leave no room for the rest.
_SHOWN_IN_BARS = (FAILED, UNJUDGED, SUPPRESSED)
# What findings of the same check have in common.
_SHARED = ("check", "name", "guideline", "why", "remedy")


class Source(NamedTuple):
    """A file of results: its name for people, and whether any check ran in it."""

    name: str
    has_verdicts: bool


class _Row(NamedTuple):
    """A row of counts, with its bar: segments of (verdict, start, width) in percent."""

    label: str
    link: str
    counts: Mapping[str, int]
    bar: list[tuple[str, float, float]]


def render_page(numbers: DashboardNumbers, sources: Sequence[Source], made: datetime) -> str:
    """Return the page. `made` is when, in UTC."""
    environment = Environment(
        loader=FileSystemLoader(_FILES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["grouped"] = lambda number: f"{number:,}"
    environment.filters["counted"] = _count
    environment.globals.update(failed=FAILED, unjudged=UNJUDGED, suppressed=SUPPRESSED, passed=PASSED)
    script, style = ((_FILES / name).read_text(encoding="utf-8") for name in ("page.js", "page.css"))
    keys = numbers.active_keys
    return environment.get_template("page.html").render(
        policy=_build_policy(script, style),
        script=Markup(script),  # noqa: S704  # a file of this package
        style=Markup(style),  # noqa: S704  # a file of this package
        data=Markup(_format_data(numbers)),  # noqa: S704  # escaped for a script
        version=__version__,
        made=made,
        sources=[Source(one_line(name), has_verdicts) for name, has_verdicts in sources],
        numbers=numbers,
        unjudged_by_kind=_group_by_kind(numbers.listed[UNJUDGED]),
        accounts=_build_account_rows(numbers),
        files=_build_file_rows(numbers.by_file),
        ages=_add_bars(count_ages(keys)),
        last_uses=_add_bars(count_last_uses(keys)),
        active_keys=len(keys),
        oldest=find_oldest(keys),
        limits={"first": _FIRST, "more": _MORE, "without_javascript": _WITHOUT_JAVASCRIPT},
    )


def _build_policy(script: str, style: str) -> str:
    """Return a content security policy that runs only what this page brings, and lets it load nothing.

    https://www.w3.org/TR/CSP3/
    """
    allowed = (
        "default-src 'none'",
        f"script-src {_hash(script)}",
        f"style-src {_hash(style)}",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
    )
    return "; ".join(allowed)


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _format_data(numbers: DashboardNumbers) -> str:
    """Return the findings as JSON that is safe inside a <script>.

    `checks` is a list of {check, name, guideline, why, remedy}, which many findings share; a finding has the number of
    its own as `rule` instead.
    """
    checks: dict[tuple[str, ...], int] = {}
    findings = []
    for verdict in VERDICTS:
        for found in numbers.listed[verdict]:
            shared = tuple(found.get(name, "") for name in _SHARED)
            own = {name: value for name, value in found.items() if name not in _SHARED}
            findings.append({**own, "rule": checks.setdefault(shared, len(checks))})
    data = {"checks": [dict(zip(_SHARED, shared)) for shared in checks], "findings": findings}
    return json.dumps(data, separators=(",", ":")).translate(_IN_SCRIPT)


def _group_by_kind(unjudged: Iterable[Finding]) -> list[tuple[str, list[Finding]]]:
    """Return accounts in which nothing could be read first, then users, then files."""
    kinds: dict[str, list[Finding]] = {"Accounts": [], "Users": [], "Files": []}
    for found in unjudged:
        # The collector names all users of an account that way.
        whole_account = found["resource"].endswith(":user/*")
        kinds["Files" if "file" in found else "Accounts" if whole_account else "Users"].append(found)
    return [(kind, named) for kind, named in kinds.items() if named]


def _build_account_rows(numbers: DashboardNumbers) -> list[_Row]:
    labels = {
        account: (account_label(account, numbers.account_names.get(account, "")), {"account": account})
        for account in numbers.by_account
    }
    return _build_rows(numbers.by_account, labels)


def _build_file_rows(by_file: Mapping[str, Counter[str]]) -> list[_Row]:
    """Return a row for each file that has more than passed checks."""
    counted = {path: counts for path, counts in by_file.items() if _count_not_passed(counts)}
    return _build_rows(counted, {path: (path, {"q": path}) for path in counted})


def _build_rows(counted: Mapping[str, Counter[str]], labels: Mapping[str, tuple[str, dict[str, str]]]) -> list[_Row]:
    """Return rows, those with the most failed checks first; each bar is as long as what did not pass."""
    longest = max((_count_not_passed(counts) for counts in counted.values()), default=0)
    order = sorted(counted, key=lambda name: (*(-counted[name][verdict] for verdict in _SHOWN_IN_BARS), name))
    return [
        _Row(labels[name][0], f"#{urlencode(labels[name][1])}", counted[name], _build_bar(counted[name], longest))
        for name in order
    ]


def _count_not_passed(counts: Mapping[str, int]) -> int:
    return sum(counts.values()) - counts[PASSED]


def _build_bar(counts: Counter[str], longest: int) -> list[tuple[str, float, float]]:
    segments, start = [], 0.0
    for verdict in _SHOWN_IN_BARS:
        if counts[verdict]:
            width = 100 * counts[verdict] / longest
            segments.append((verdict, round(start, 2), round(width, 2)))
            start += width
    return segments


def _add_bars(histogram: list[tuple[str, int]]) -> list[tuple[str, int, float]]:
    most = max((count for _, count in histogram), default=0)
    return [(label, count, round(100 * count / most, 2) if most else 0.0) for label, count in histogram]


def _count(number: int, one: str, several: str = "") -> str:
    """Return a number with its noun."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"
