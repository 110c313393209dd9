from __future__ import annotations

import contextlib
import subprocess
import sys
import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkov_keys.iac.hcl.blocks import parse_file
from checkov_keys.iac.hcl.errors import EvaluationError
from checkov_keys.iac.hcl.expressions import parse_expression, parse_template
from checkov_keys.iac.hcl.json_syntax import parse_json_file
from checkov_keys.iac.hcl.references import references
from checkov_keys.iac.hcl.tokens import SyntaxProblem

# About ten times what the slowest takes on a machine that has nothing else to do.
MOST_SECONDS = 15
MOST_BYTES = 100_000_000
PIECES = st.sampled_from(
    [
        *"abx01:=()[]{}~.*,?+-!#é\x00\r\\ \n\ud800", "for ", " in ", " if ", "=>", "${", "%{", "[*]", ".*", "...", "&&",
        "==", "<<E\n", "\nE\n", "1.5", "$${", "//", "/*", "*/", "null", "upper(", "::", "%{ if true }", "%{ endif }",
        "%{ for x in [1] }", "%{ endfor }", '"',
    ]
)  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000,
        "[" * 10_000 + "]" * 10_000,
        "{a=" * 10_000,
        "!" * 10_000 + "true",
        "1" + "+1" * 20_000,
        "a" + ".b" * 50_000,
        "null" + "[*]" * 5_000,
        "true ? 1 : " * 5_000 + "2",
        '"${' * 300 + "1" + '}"' * 300,
        '"' + "%{ if true }" * 5_000,
        "range(1e9)",
        "1e999999999999",
        "[for a in range(1000): [for b in range(1000): [for c in range(1000): 1]]]",
        'join("", [for a in range(1000): join("", [for b in range(1000): "xxxxxxxxxx"])])',
        '"%{ for a in range(1000) }%{ for b in range(1000) }x%{ endfor }%{ endfor }"',
        '"' + "\\n" * 300_000 + '"',
        '"' + "$" * 100_000,
        "/*" * 100_000,
        "a" * 1_000_000,
        "{" + ",".join(f"a{number}=1" for number in range(20_000)) + "}",
    ],
    ids=lambda text: text[:30],
)
def test_hostile_expressions(find_value, text):
    """Whatever somebody writes costs a bounded time and a bounded memory, and raises nothing unforeseen."""
    tracemalloc.start()
    start = time.process_time()
    try:
        find_value(text)
    except (EvaluationError, SyntaxProblem):
        pass
    finally:
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert time.process_time() - start < MOST_SECONDS
    assert most < MOST_BYTES


@settings(max_examples=200, deadline=None)
@given(pieces=st.lists(PIECES, max_size=40))
def test_any_text(pieces):
    """Text made of the pieces of the language is either understood or a SyntaxProblem."""
    for parse in (parse_expression, parse_template, parse_file, lambda text: parse_json_file(text, lambda _: None)):
        with contextlib.suppress(SyntaxProblem):
            parse("".join(pieces))


@settings(max_examples=200, deadline=None)
@given(pieces=st.lists(PIECES, max_size=20))
def test_any_expression(pieces):
    """What is understood can be evaluated, and searched for references, without anything unforeseen."""
    from checkov_keys.iac.hcl.evaluation import evaluate  # noqa: PLC0415

    try:
        node = parse_expression("".join(pieces))
    except SyntaxProblem:
        return
    assert list(references(node)) is not None
    try:
        evaluate(node, _Nowhere())
    except EvaluationError:
        return


class _Nowhere:
    files = None
    call_site_prefix = ""

    def lookup(self, _):
        return None

    def function(self, _):
        return None


def test_importing_is_quick():
    """The package loads neither Checkov nor PyYAML, and the parser not even the functions."""
    code = "import sys, checkov_keys.iac.hcl.evaluation; print([m for m in ('yaml', 'checkov') if m in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "[]"
