"""What every file of the tests keeps to."""

import ast
import re
from importlib.util import find_spec
from pathlib import Path

import pytest

LONGEST = 300


@pytest.fixture
def files(root):
    """Every Python file of the tests, with its text."""
    return {path: path.read_text(encoding="utf-8") for path in sorted((root / "tests").rglob("*.py"))}


def list_tests(text):
    """The functions of a module, also within classes, that pytest takes for tests."""
    functions = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef))
    return [function for function in functions if function.name.startswith("test")]


def test_every_test_has_a_sentence(files):
    """A test without a docstring would have to be read to be understood."""
    tests = [(path, test) for path, text in files.items() if path.stem.startswith("test_") for test in list_tests(text)]
    assert tests
    assert [] == [f"{path}:{test.lineno} {test.name}" for path, test in tests if not ast.get_docstring(test)]


def test_no_file_is_long(files):
    """A longer file has more than one subject."""
    assert {} == {path: lines for path, text in files.items() if (lines := text.count("\n")) > LONGEST}


def test_no_folder_is_a_package(files):
    """Checkov would execute the modules of a package when it loads checks from this repository."""
    assert [] == [path for path in files if path.name == "__init__.py"]


def test_every_folder_of_cases_has_a_line(root):
    """The page of the cases names the folders that there are, and no others."""
    cases = root / "tests" / "iac" / "cases"
    named = [line.split("`")[1] for line in (cases / "README.md").read_text().splitlines() if line.startswith("| `")]
    assert sorted(str(path.relative_to(cases)) for path in cases.glob("*/*") if path.is_dir()) == sorted(named)


WRITER = "report/standard_streams.py"


def list_prints(text):
    """The lines of a module that write to a standard stream by themselves."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("print", "input"):
            yield node.lineno
        # sys.stdout.write, sys.stderr.buffer and the like; a stream may be handed to the writer.
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Attribute)
            and node.value.attr in ("stdout", "stderr", "__stdout__", "__stderr__")
            and isinstance(node.value.value, ast.Name)
            and node.value.value.id == "sys"
            and node.attr not in ("flush", "isatty")
        ):
            yield node.lineno


def test_only_the_writer_prints(root):
    """What is printed goes through the one module that no terminal, runner and full disk surprises."""
    package = root / "checkov_keys"
    modules = {str(path.relative_to(package)): path.read_text(encoding="utf-8") for path in package.rglob("*.py")}
    assert list(list_prints(modules.pop(WRITER)))
    assert {} == {name: lines for name, text in modules.items() if (lines := list(list_prints(text)))}


def test_printing_is_found():
    """A module that prints would not go unnoticed."""
    assert [1, 2] == list(list_prints("print(1)\nsys.stderr.buffer.write(b'')\nprint_line('', sys.stderr)"))


def test_what_checkov_does_with_boto3():
    """Only its uploads to a platform need boto3, so that a newer one than it asks for is harmless."""
    package = Path(find_spec("checkov").origin).parent
    users = [
        path for path in package.rglob("*.py") if re.search(r"(?m)^\s*(?:import|from) boto", path.read_text("utf-8"))
    ]
    assert ["common/bridgecrew/platform_integration.py"] == [str(path.relative_to(package)) for path in users]
