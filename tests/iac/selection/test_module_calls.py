"""What a file calls, by its words or, if these do not tell, by its syntax."""

import json

import pytest

from checkov_keys.iac.selection.module_calls import has_calls, list_installed_modules, read_calls

NOT_LITERAL = "the source of a module is not a literal"
NATIVE = {
    "nothing": ("", (), ""),
    "a call": ('module "m" {\n  source = "./a"\n}\n', ("./a",), ""),
    "in one line": ('module "m" { source = "./a" }', ("./a",), ""),
    "behind a mark of UTF-8": ('\ufeffmodule "m" { source = "./a" }', ("./a",), ""),
    "behind a comment": ('/* x\ny */ module "m" { source = "./a" }', ("./a",), ""),
    "with a comment inside": ('module /* x */ "m" {\n  source = /* y */ "./a" # z\n}\n', ("./a",), ""),
    "with a name that is not quoted": ('module m {\n  source = "./a"\n}\n', ("./a",), ""),
    "with escapes": ('module "m" {\n  source = "./\\u0061"\n}\n', ("./a",), ""),
    "a template that is not one": ('module "m" {\n  source = "./$${a}"\n}\n', ("./${a}",), ""),
    "two calls": ('module "m" { source = "./a" }\nmodule "n" { source = "./b" }\n', ("./a", "./b"), ""),
    "no source": ('module "m" {\n}\n', (), ""),
    "a source of something inside": ('module "m" {\n  x = {\n    source = var.x\n  }\n}\n', (), ""),
    "a variable": ('module "m" {\n  source = var.x\n}\n', (), f"line 2: {NOT_LITERAL}"),
    "a template": ('module "m" {\n  source = "./${var.x}"\n}\n', (), f"line 2: {NOT_LITERAL}"),
    "a number": ('module "m" {\n  source = 3\n}\n', (), f"line 2: {NOT_LITERAL}"),
    "no expression": ('module "m" {\n  source = * 3\n}\n', (), f"line 2: {NOT_LITERAL}"),
    "a call beside an unclear one": (
        'module "m" {\n  source = var.x\n}\nmodule "n" { source = "./b" }\n',
        ("./b",),
        f"line 2: {NOT_LITERAL}",
    ),
    "a block that is not closed": ('module "m" {\n  x = 1\n', (), "line 1: the block module is not closed"),
    "a call beside one that is not closed": (
        'module "n" { source = "./b" }\nmodule "m" {\n  x = 1\n',
        ("./b",),
        "line 2: the block module is not closed",
    ),
    "another word": ("modules {\n}\nx = module.m.id\n", (), ""),
    "a module in a test": ('run "x" {\n  module {\n    source = "./a"\n  }\n}\n', (), ""),
}
JSON = {
    "nothing": ({}, (), ""),
    "a call": ({"module": {"m": {"source": "./a"}}}, ("./a",), ""),
    "lists of everything": ([{"module": [{"m": [{"source": "./a"}]}]}], ("./a",), ""),
    "a source of a resource": ({"resource": {"x": {"y": {"source": "${path.module}/z"}}}, "module": {}}, (), ""),
    "no source": ({"module": {"m": {"x": 1}, "n": None, "//": "text"}}, (), ""),
    "no source, by null": ({"module": {"m": {"source": None}}}, (), ""),
    "a template": ({"module": {"m": {"source": "${var.x}"}}}, (), NOT_LITERAL),
    "a number": ({"module": {"m": {"source": 3}, "n": {"source": "./b"}}}, ("./b",), NOT_LITERAL),
}


@pytest.mark.parametrize(("text", "sources", "unclear"), NATIVE.values(), ids=NATIVE)
def test_native_syntax(text, sources, unclear):
    """The sources are those of module blocks, and what is missing is told with its line."""
    assert (sources, unclear) == read_calls("main.tf", text.encode())


@pytest.mark.parametrize(("document", "sources", "unclear"), JSON.values(), ids=JSON)
def test_json_syntax(document, sources, unclear):
    """Objects and lists of objects mean the same."""
    assert (sources, unclear) == read_calls("main.tf.json", json.dumps(document).encode())


MALFORMED = {
    "not UTF-8": ("main.tf", b'module "m" { source = var.x } # \xff', (), "it is not UTF-8"),
    "not JSON": ("main.tf.json", b'{"module": ', (), "it is not JSON"),
    "not JSON, and no module": ("main.tf.json", b'{"modules": ', (), ""),
    "nested deep": ("main.tf.json", b"[" * 100_000, (), ""),
    "twice the same property": (
        "main.tf.json",
        b'{"module": {"m": {"source": "./a"}}, "module": {"n": {"source": "./b"}}}',
        ("./a", "./b"),
        "",
    ),
}


@pytest.mark.parametrize(("name", "content", "sources", "unclear"), MALFORMED.values(), ids=MALFORMED)
def test_malformed_files(name, content, sources, unclear):
    """Whatever a file holds, there is an answer."""
    assert (sources, unclear) == read_calls(name, content)


@pytest.mark.parametrize(
    ("name", "content", "may"),
    [
        ("a.tf", b'x = {{\nmodule "m" {', True),
        ("a.tf", b"x = module.m {{", False),
        ("a.tf.json", b'{"module": {', True),
        ("a.tf.json", b'{"x": "module"', True),
        ("a.tf.json", b'{"x": 1', False),
    ],
)
def test_whether_a_file_may_call(name, content, may):
    """Also of a file that cannot be read."""
    assert may is has_calls(name, content)


MANIFESTS = {
    "modules": ('{"Modules": [{"Key": "", "Dir": ""}, {"Key": "m", "Dir": "m"}, {"Key": "n", "Dir": "gone"}]}', ["m"]),
    "no file": (None, []),
    "no JSON": ("{", []),
    "another document": ("[1]", []),
    "other entries": ('{"Modules": [1, null, {"Dir": 2}, {}]}', []),
    "no list": ('{"Modules": {"Dir": "m"}}', []),
}


@pytest.mark.parametrize(("manifest", "found"), MANIFESTS.values(), ids=MANIFESTS)
def test_installed_modules(write_files, manifest, found):
    """The directories that are there, of those that Terraform notes."""
    files = {"m/main.tf": "", **({".terraform/modules/modules.json": manifest} if manifest else {})}
    folder = write_files(files)
    assert [str(folder / name) for name in found] == list_installed_modules(str(folder))
