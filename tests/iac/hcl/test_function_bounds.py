"""No argument makes a function take long, take much memory, or raise anything that is not its error."""

from __future__ import annotations

import time

import pytest

from checkov_keys.iac.hcl.errors import EvaluationError
from checkov_keys.iac.hcl.values import Unknown

ALIASES = "\\n".join(["a: &a [x, x, x, x, x, x, x, x, x]"] + [
    f"{name}: &{name} [{', '.join(['*' + before] * 9)}]" for before, name in zip("abcdef", "bcdefg")
])  # fmt: skip
ROWS = "1\\n" * 100_000


@pytest.mark.parametrize(
    "text",
    [
        "1e999999", "1e-999999", 'tonumber("1e999999")', "pow(9, 999999)", "pow(10, 300) * pow(10, 300) * 1e900",
        "setproduct(range(1000), range(1000), range(1000))", 'format("%1000000000d", 1)', 'format("%.1000000000f", 1)',
        'indent(1000000000, "a\\nb")', f'replace("{"a" * 1000}", "", "{"b" * 5000}")',
        f'join("x", [for i in range(1000) : "{"y" * 2000}"])', f'jsondecode("{"[" * 100000}")',
        f'yamldecode("{ALIASES}")', f'yamldecode("{"[" * 5000}")', f'parseint("{"9" * 100000}", 10)',
        f'replace("{"ab" * 90000}", "/((.*)*)*x/", "")', "pow(0, -1)",
        f'csvdecode("a\\n{ROWS}")', f'split("", "{"x" * 300000}")', 'cidrhost("10.0.0.0/8", 1e300)',
        'base64gzip("a")', 'textencodebase64("a", "EBCDIC")', 'abspath("a")', 'pathexpand("~/a")',
    ],
    ids=lambda text: text[:30],
)  # fmt: skip
def test_what_is_too_much_is_unknown(find_value, text):
    """A result that would be too large, or is not modelled, is unknown and says why."""
    started = time.monotonic()
    content = find_value(text).content
    assert isinstance(content, Unknown)
    assert content.reason
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    "text",
    [
        "range(1000000000)", f'regex("(a+)+$", "{"a" * 3000}!")', f'timeadd("2020-01-01T00:00:00Z", "{"9" * 9999}h")',
        f'formatdate("{"Y" * 9999}", "2020-01-01T00:00:00Z")', f'regex("{"(" * 40}", "a")', 'yamldecode("{a")',
        f'cidrsubnets("10.0.0.0/8", {", ".join(["24"] * 2000)}, 33)', f'base64decode("{"a" * 99999}")',
    ],
    ids=lambda text: text[:30],
)  # fmt: skip
def test_what_is_refused_is_refused_soon(find_value, text):
    """What terraform refuses is refused in little time, however long it is."""
    started = time.monotonic()
    with pytest.raises(EvaluationError):
        find_value(text)
    assert time.monotonic() - started < 10
