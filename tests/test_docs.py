"""The documentation holds together: links, anchors, paths, commands, flags, names, and the width of tables."""

import ast
import builtins
import io
import re
import shlex
import tokenize
from importlib import import_module
from pathlib import Path

import pytest
from checkov.common.util.ext_argument_parser import ExtArgumentParser

from checkov_keys.cli.commands import COMMANDS
from checkov_keys.domain.rules.family import RULES

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "checkov_keys"
BASES = (ROOT, PACKAGE, ROOT / "tests")
# Not what tools keep beside the project, in folders whose names begin with a dot and the like.
_OTHERS = re.compile(r"(^|/)(\.(?!github)|node_modules/|demo-results/|build/)")
PAGES = [page for page in sorted(ROOT.rglob("*.md")) if not _OTHERS.search(page.relative_to(ROOT).as_posix())]
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
MODULES = sorted(PACKAGE.rglob("*.py"))
FENCED = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
SPAN = re.compile(r"`([^`\n]+)`")
OURS = re.compile(r"(?<![\w./-])(?<!runpip )checkov-keys (?!checkov-keys )([a-z][\w-]*)((?: [^`\n|;]*)?)")
MOST_IN_A_CELL = 300
MOST_LINES_OF_THE_README = 130
# Flags of programs other than Checkov and this one.
FOREIGN_FLAGS = {"--access-key-id", "--user-name", "--status", "--trusted-host", "--force"}


def prose(page):
    """A page's text without its fenced blocks."""
    return FENCED.sub("", page.read_text())


def code(page):
    """Every fenced block and inline span of a page."""
    return [*(text for _, text in FENCED.findall(page.read_text())), *SPAN.findall(prose(page))]


def anchors(page):
    """The anchors that GitHub gives the headings of a page."""
    seen = {}
    for heading in re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE):
        slug = re.sub(r"[^\w\- ]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()).replace(" ", "-")
        number = seen[slug] = seen.get(slug, -1) + 1
        yield f"{slug}-{number}" if number else slug


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_links(page):
    """Every relative link leads to a file, and every anchor to a heading."""
    links = re.findall(r"\]\(<?(?!https?:|mailto:)([^)\s>]+)>?\)", prose(page))
    broken = []
    for link in links:
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in set(anchors(target))):
            broken.append(link)
    assert [] == broken


def exists(name, page):
    """Tell whether a path, in which <something> means any name, is one of the project, or beside the page."""
    pattern = re.sub(r"<[\w-]+>", "*", name.strip("/"))
    return any(next(base.glob(pattern), None) for base in (*BASES, page.parent))


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_paths(page):
    """Every file and folder of the project that a page names exists."""
    rooms = {path.name for base in BASES for path in base.iterdir() if path.is_dir()} - {"checkov"}
    spans = [span for span in SPAN.findall(prose(page)) if re.fullmatch(r"[\w./<>*-]+", span)]
    paths = [span for span in spans if span.endswith(".py") or ("/" in span and span.split("/")[0] in rooms)]
    assert [] == [path for path in paths if not path.startswith("checkov/") and not exists(path, page)]


def flags_of(parser):
    """The flags of a parser."""
    return {flag for action in parser._actions for flag in action.option_strings}  # noqa: SLF001  # it has no other


@pytest.fixture(scope="session")
def flags():
    """The flags of each command; `scan` takes those of Checkov too, which are also those of `checkov`."""
    checkov = ExtArgumentParser()
    checkov.add_parser_args()
    ours = {
        command.name: flags_of(import_module(f"checkov_keys.cli.{command.parser}").build_parser())
        for command in COMMANDS
    }
    return {**ours, "scan": ours["scan"] | flags_of(checkov), "checkov": flags_of(checkov)}


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_commands_and_flags(page, flags):
    """Every command line of ours names a command and flags that exist, wherever it is shown."""
    wrong = []
    for name, rest in (match for text in code(page) for match in OURS.findall(text)):
        given = set(re.findall(r"(?<!\S)--?[a-z][\w-]*", re.sub(r"[<$]\(.*?\)", "", rest)))
        if name not in flags or given - flags[name]:
            wrong.append(f"{name}{rest}")
    assert [] == wrong


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_flags_by_themselves(page, flags):
    """Every flag that is named without its command is one of ours or of Checkov's."""
    known = set().union(*flags.values(), FOREIGN_FLAGS)
    spans = [match for span in SPAN.findall(prose(page)) for match in re.findall(r"^(--[a-z][\w-]*)", span)]
    assert [] == sorted(set(spans) - known)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_tables(page):
    """No cell of a table is a paragraph."""
    rows = [line for line in prose(page).splitlines() if line.startswith("|")]
    cells = [cell.strip() for row in rows for cell in re.split(r"(?<!\\)\|", row)]
    assert [] == [cell for cell in cells if len(cell) > MOST_IN_A_CELL]


def test_the_readme_is_short():
    """A reader is through it in a minute; everything else is on a page of its own that it leads to."""
    readme = ROOT / "README.md"
    assert MOST_LINES_OF_THE_README >= len(readme.read_text().splitlines())
    linked = {(ROOT / link.partition("#")[0]).resolve() for link in re.findall(r"\]\((docs/[^)]+)\)", prose(readme))}
    assert set() == {page for page in PAGES if page.is_relative_to(ROOT / "docs") and page.parent.name != "ci"} - linked


def test_every_rule_has_a_page():
    """And each page has a rule; what it says is in tests/test_rule_pages.py."""
    assert set(RULES) == {page.stem for page in (ROOT / "docs" / "rules").iterdir()}


def test_policies_are_linked_and_not_copied():
    """The policies of the examples, which tests prove to be enough, are in one place."""
    texts = {page: page.read_text() for page in PAGES}
    policies = sorted((ROOT / "examples" / "iam").glob("*_policy.json.txt"))
    assert policies
    for policy in policies:
        assert any(policy.name in target for text in texts.values() for target in re.findall(r"\]\(([^)]+)\)", text))
    assert [] == [page for page, text in texts.items() if '"2012-10-17"' in text]


def remarks(module):
    """The docstrings and comments of a module."""
    source = module.read_text()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
            yield ast.get_docstring(node) or ""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


@pytest.fixture(scope="session")
def vocabulary():
    """Every name in the package's code: what is defined, used, or spelt in a string, such as Terraform's functions."""
    names = set(dir(builtins))
    for module in MODULES:
        for token in tokenize.generate_tokens(io.StringIO(module.read_text()).readline):
            if token.type == tokenize.NAME:
                names.add(token.string)
            elif token.type == tokenize.STRING and not token.string.lstrip("rbfuRBFU").startswith('"""'):
                names |= set(re.findall(r"\w+", token.string))
    return names


def test_names_in_docstrings_and_comments(vocabulary):
    """What docstrings and comments call `name()` or `file.py` is in the package, or begins with `checkov/`."""
    files = {module.name for module in MODULES}
    wrong = set()
    for remark in (remark for module in MODULES for remark in remarks(module)):
        wrong |= {f"{name}()" for name in re.findall(r"(\w+)\(\)", remark) if name not in vocabulary}
        named = re.findall(r"(?<![\w./-])[\w/.-]+\.py\b", re.sub(r"https?://\S+", "", remark))
        ours = {name for name in named if not name.startswith("checkov/")}
        wrong |= {name for name in ours - files if "/" not in name or not exists(name, ROOT / "README.md")}
    assert set() == wrong


def test_targets_of_make():
    """Every target of make that a page names is in the Makefile."""
    targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    named = {target for page in PAGES for text in code(page) for target in re.findall(r"^make ([\w-]+)", text)}
    assert {"test", "demo"} <= named <= set(targets)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_lines_of_shell(page):
    """Every line of shell that is shown can be read as one."""
    for language, text in FENCED.findall(page.read_text()):
        if language == "sh":
            for line in text.replace("\\\n", "").splitlines():
                shlex.split(line, comments=True)
