from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess

import pytest

from checkov_keys.iac.hcl.errors import EvaluationError
from checkov_keys.iac.hcl.values import to_python

pytestmark = pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not on PATH")

REFUSED = "refused"
EXPRESSIONS = [
    "1 + 2 * 3 - 4 / 5 % 3",
    "-1 - -1",
    '"a" == "a" && 1 != "1" || !true',
    'true ? 1 : "a"',
    'true ? [1] : ["a", 2]',
    'true ? { a = 1 } : { b = "x" }',
    "true ? null : 1",
    "true ? [] : !{}",
    'true ? 1 : "${[]}x"',
    "true ? {a = 1} : {a = null.x}",
    "1 ? 2 : 3",
    "{ a = 1, a = 2, 3 = 4, true = 5 }",
    "{ (null) = 1 }",
    '[for k, v in { b = 1, a = 2 } : "${k}${v}" if v > 1]',
    "[for i, v in [5, 6] : i / 3]",
    '[for k, v in toset(["b", "a"]) : k]',
    '{ for v in ["a", "b", "a"] : v => upper(v)... }',
    '{ for v in ["a", "a"] : v => v }',
    "{ for v in [1, true] : v => v }",
    "[for v in null : v]",
    '[for v in "a" : v]',
    '[for v in [] : v if "a"]',
    "[for v in [1] : v if null]",
    "[{ a = [1, 2] }][*].a[0]",
    "[{ a = [1, 2] }].*.a[0]",
    "[[1, 2], [3]][*][*]",
    '"x"[*]',
    "null[*]",
    "tolist(null)[*]",
    "toset([{ a = 1 }, { a = 2 }])[*].a",
    "{ a = 1 }[*].a",
    "[[1]].0[0]",
    '[1]["0"]',
    "[1][0.5]",
    "[1][-1]",
    "{ a = 1 }.b",
    'tomap({ a = 1 })["b"]',
    "try([][0], null.x, 3)",
    "try([][0], [1, 2]...)",
    "try(null.x)",
    "can([][0])",
    "concat([[1], [2]]...)",
    "concat(null...)",
    "max([1, 2]...)",
    'core::upper("a")',
    '"${1}${true}"',
    '"${null}"',
    '"a${null}"',
    '"a${[]}"',
    '"x\\n  ${~ "y" ~}  \\n z"',
    '"%{ if true }a%{ else }b%{ endif }"',
    '"%{ if true }${[1]}%{ endif }"',
    '"%{ for k, v in { a = 1 } ~}  ${k}=${v}  %{~ endfor }"',
    '"%{ for v in 1 }%{ endfor }"',
    r'"\u00e9\U0001F600\\ $${a} %%{b} $ % $$"',
    "<<EOT\n  ${1} \\n\n\n    a\n  EOT\n",
    "<<-EOT\n\n      two\n\n    four ${1}\n   ${2} six\n  \t tab\n  EOT\n",
    '<<-EOT\n    x\n       ${~ "y" ~}\n\n       z\n  EOT\n',
    "<<EOT\n%{ for v in [1, 2] ~}\n  ${v}\n%{ endfor ~}\n  end\nEOT\n",
    "<<EOT\n${~ [1] ~}\nEOT\n",
    "<<EOT\r\na\r\n  EOT\r\n",
    'templatestring("a", {})',
]


def ask_terraform(folder, expressions):
    """Return what Terraform makes of each expression, as JSON text, or REFUSED."""
    lines = [f'x{at} = try(jsonencode({text}), "{REFUSED}")' for at, text in enumerate(expressions)]
    (folder / "main.tf").write_bytes(("locals {\n" + "\n".join(lines) + "\n}\n").encode())
    question = f"base64encode(jsonencode([{', '.join(f'local.x{at}' for at in range(len(expressions)))}]))\n"
    shown = subprocess.run(
        ["terraform", "console"],
        input=question,
        cwd=folder,
        env={**os.environ, "CHECKPOINT_DISABLE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(base64.b64decode(shown.stdout.strip().splitlines()[-1].strip('"')))


def find_or_refuse(find_value, text):
    try:
        return to_python(find_value(f"jsonencode({text})"))
    except EvaluationError:
        return REFUSED


def test_terraform_means_the_same(find_value, tmp_path):
    """Each expression of the table means what it means to `terraform console`, and is refused if it is there."""
    ours = [find_or_refuse(find_value, text) for text in EXPRESSIONS]
    assert dict(zip(EXPRESSIONS, ours)) == dict(zip(EXPRESSIONS, ask_terraform(tmp_path, EXPRESSIONS)))
