from __future__ import annotations

from pathlib import Path

import pytest

from checkov_keys.iac.hcl.errors import EvaluationError
from checkov_keys.iac.hcl.functions import FUNCTIONS
from checkov_keys.iac.hcl.json_texts import encode_json
from checkov_keys.iac.hcl.values import strip_marks

FILES = sorted((Path(__file__).parent / "expressions").glob("*.txt"))
ROWS = [
    pytest.param(*line.rsplit(" => ", 1), id=f"{file.stem}-{line.rsplit(' => ', 1)[0]}")
    for file in FILES
    for line in file.read_text(encoding="utf-8").splitlines()
]


@pytest.mark.parametrize(("expression", "printed"), ROWS)
def test_what_terraform_says(find_value, expression, printed):
    """Every function and operator gives what `terraform console` gave for it, as JSON, or an error as it did."""
    if printed == "error":
        with pytest.raises(EvaluationError):
            find_value(expression)
    else:
        assert encode_json(strip_marks(find_value(expression))) == printed


def test_every_function_has_a_row():
    """No function but those that need files or differ at each call is left without an example."""
    text = "\n".join(file.read_text(encoding="utf-8") for file in FILES)
    without = {name for name in FUNCTIONS if f"{name}(" not in text}
    assert without == {
        "base64gzip", "bcrypt", "file", "filebase64", "filebase64sha256", "filebase64sha512", "fileexists", "filemd5",
        "fileset", "filesha1", "filesha256", "filesha512", "plantimestamp", "templatefile",
        "templatestring", "timestamp", "uuid",
    }  # fmt: skip
