"""The numbers and findings of results → one self-contained HTML page."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from checkov_keys import __version__
from checkov_keys.domain.text import one_line
from checkov_keys.report.dashboard.figures import DashboardNumbers, count_ages, count_last_uses, find_oldest
from checkov_keys.report.dashboard.findings import FAILED, PASSED, SUPPRESSED, UNJUDGED, VERDICTS, Finding
from checkov_keys.report.dashboard.groups import group_by_reason
from checkov_keys.report.dashboard.rows import build_account_table, build_check_table, build_file_table, scale

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_FILES = Path(__file__).parent
# Parts of one script, in the order in which they use one another.
_SCRIPTS = ("elements.js", "table.js", "detail.js", "paper.js", "start.js")
# How many entries of a list are shown at once, how many more on demand, and how many rows without JavaScript.
_FIRST, _FIRST_NAMED, _MORE, _WITHOUT_JAVASCRIPT = 20, 5, 1_000, 1_000
# Inside <script>, "</script>", "<!--" and "<script" could end it, or hide its end.
# https://html.spec.whatwg.org/multipage/scripting.html#restrictions-for-contents-of-script-elements
_IN_SCRIPT = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})
# What findings of the same check have in common.
_SHARED = ("check", "name", "guideline", "why", "remedy", "benchmarks")
# An account in a name, a reason or an ARN.
_ACCOUNT_ID = re.compile(r"(?<!\d)\d{12}(?!\d)")
_LABELS = {FAILED: "Failed", UNJUDGED: "Not judged", SUPPRESSED: "Suppressed", PASSED: "Passed"}


class Source(NamedTuple):
    """A file of results: its name for people, and whether any check ran in it."""

    name: str
    has_verdicts: bool


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
    environment.filters["whole_ids"] = _keep_ids_whole
    environment.globals.update(failed=FAILED, unjudged=UNJUDGED, suppressed=SUPPRESSED, passed=PASSED, labels=_LABELS)
    script, style = _read_script(), _read("page.css")
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
        unjudged_groups=group_by_reason(numbers.listed[UNJUDGED]),
        suppressed_groups=group_by_reason(numbers.listed[SUPPRESSED]),
        accounts=build_account_table(numbers),
        files=build_file_table(numbers.by_file),
        checks=build_check_table(numbers),
        names_of_checks={name: _describe_check(found) for name, found in numbers.checks.items()},
        ages=scale(count_ages(keys)),
        last_uses=scale(count_last_uses(keys)),
        active_keys=len(keys),
        oldest=find_oldest(keys),
        limits={
            "first": _FIRST,
            "named": _FIRST_NAMED,
            "more": _MORE,
            "without_javascript": _WITHOUT_JAVASCRIPT,
        },
    )


def _read_script() -> str:
    """Return the script of the page, in a function, so that none of its names is one of the browser's."""
    parts = "".join(map(_read, _SCRIPTS))
    return f'"use strict";\n(() => {{\n{parts}}})();\n'


def _read(name: str) -> str:
    return (_FILES / name).read_text(encoding="utf-8")


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

    `checks` is a list of {check, name, guideline, why, remedy, benchmarks}, which many findings share; a finding has
    the number of its own as `rule` instead.
    """
    checks: dict[tuple[object, ...], int] = {}
    findings = []
    for verdict in VERDICTS:
        for found in numbers.listed[verdict]:
            shared = tuple(found.get(name, "") for name in _SHARED)
            own = {name: value for name, value in found.items() if name not in _SHARED}
            findings.append({**own, "rule": checks.setdefault(shared, len(checks))})
    data = {"checks": [dict(zip(_SHARED, shared)) for shared in checks], "findings": findings}
    return json.dumps(data, separators=(",", ":")).translate(_IN_SCRIPT)


def _count(number: int, one: str, several: str = "") -> str:
    """Return a number with its noun."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"


def _describe_check(found: Finding) -> str:
    """Return the name of a check, its severity and its benchmarks."""
    severity = f" ({found['severity']})" if found.get("severity") else ""
    benchmarks = f" {'; '.join(found['benchmarks'])}" if found.get("benchmarks") else ""
    return f"{found.get('name', '')}{severity}{benchmarks}"


def _keep_ids_whole(text: str) -> Markup:
    """Return a text as HTML in which no account id is broken over lines."""
    return Markup(_ACCOUNT_ID.sub(r'<span class="account">\g<0></span>', str(escape(text))))  # noqa: S704  # escaped
