"""The functions of files, with files that are only in memory."""

from __future__ import annotations

import pytest

from checkov_keys.iac.hcl.errors import EvaluationError, FileUnavailable
from checkov_keys.iac.hcl.functions import call
from checkov_keys.iac.hcl.limits import Budget
from checkov_keys.iac.hcl.values import Unknown, from_python, string, to_python

CONTENTS = {
    "a.txt": b"h\xc3\xa9",
    "bad.bin": b"\xff",
    "dir/b.txt": b"",
    "dir/c.tf": b"",
    "dir/deep/er/d.txt": b"",
    "t.tpl": b"T",
}


class Files:
    """Files in memory; what is below `secret` is nobody's to read."""

    def read_bytes(self, path):
        if path.startswith("secret"):
            raise FileUnavailable("it is outside of the module")
        if path not in CONTENTS:
            raise FileNotFoundError(path)
        return CONTENTS[path]

    def exists(self, path):
        if path == "dir":
            raise IsADirectoryError(path)
        return path in CONTENTS

    def list(self, directory):
        start = "" if directory in {"", "."} else f"{directory}/"
        return [name[len(start) :] for name in CONTENTS if name.startswith(start)]


class Context:
    """A call with a template language of its own: it gives what it was asked."""

    call_site = "here"
    files = Files()

    def __init__(self):
        self.budget = Budget()

    def evaluate_template(self, text, variables, function):
        return string(f"{text} {sorted(variables)} {function}")


@pytest.mark.parametrize(
    ("function", "arguments", "meaning"),
    [
        ("file", ["a.txt"], "hé"),
        ("filebase64", ["bad.bin"], "/w=="),
        ("filemd5", ["dir/b.txt"], "d41d8cd98f00b204e9800998ecf8427e"),
        ("filesha1", ["dir/b.txt"], "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        ("filebase64sha256", ["dir/b.txt"], "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
        ("fileexists", ["a.txt"], True),
        ("fileexists", ["b.txt"], False),
        ("fileset", [".", "*.txt"], ["a.txt"]),
        ("fileset", [".", "**/*.txt"], ["a.txt", "dir/b.txt", "dir/deep/er/d.txt"]),
        ("fileset", [".", "**"], ["a.txt", "bad.bin", "dir/b.txt", "dir/c.tf", "dir/deep/er/d.txt", "t.tpl"]),
        ("fileset", ["dir", "*.{txt,tf}"], ["b.txt", "c.tf"]),
        ("fileset", [".", "dir/[b-c].t?"], ["dir/c.tf"]),
        ("fileset", [".", "./dir/../*.tpl"], ["t.tpl"]),
        ("fileset", ["nowhere", "*"], []),
        ("templatefile", ["t.tpl", {"b": 1, "a": 2}], "T ['a', 'b'] templatefile"),
        ("templatestring", ["x", {"a": 1}], "x ['a'] templatestring"),
    ],
)
def test_what_files_give(function, arguments, meaning):
    """Files are read, hashed, listed and rendered."""
    assert to_python(call(function, list(map(from_python, arguments)), Context())) == meaning


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        ("file", ["missing"]),
        ("file", ["bad.bin"]),
        ("fileexists", ["dir"]),
        ("filesha512", ["missing"]),
        ("templatefile", ["missing", {}]),
        ("templatefile", ["t.tpl", []]),
        ("templatefile", ["t.tpl", {"1a": 1}]),
        ("fileset", [".", "*\\"]),
        ("file", [None]),
    ],
)
def test_what_terraform_refuses(function, arguments):
    """A file that is not there, or is not text, is an error."""
    with pytest.raises(EvaluationError):
        call(function, list(map(from_python, arguments)), Context())


def test_a_file_that_nobody_may_read_is_unknown():
    """What a file holds that cannot be read is unknown, and the reason is that of the file."""
    content = call("file", [string("secret/x")], Context()).content
    assert isinstance(content, Unknown)
    assert content.reason == "file(): it is outside of the module"
