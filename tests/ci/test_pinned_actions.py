"""Every action that a workflow, an example or a page uses is pinned by the hash of a commit."""

import re

import pytest

USES = re.compile(r"^\s*(?:- )?uses:[ \t]*(.*?)[ \t]*$", re.MULTILINE)
PINNED = re.compile(r"([\w.-]+/[\w./-]+)@([0-9a-f]{40}) # (v\d+\.\d+\.\d+)")
# What people replace by their own, and the checkout itself.
OURS = frozenset(("OWNER/checkov-keys@COMMIT", "./"))


@pytest.fixture
def used(root):
    """Whatever stands behind `uses:`, with the file that has it."""
    files = [root / "action.yml", *(root / ".github").rglob("*.yml"), *(root / "examples").rglob("*.txt")]
    files += [root / "README.md", *(root / "docs").rglob("*.md")]
    return [(file.name, each) for file in files for each in USES.findall(file.read_text())]


def is_pinned(used):
    """Tell whether an action is ours, or pinned by a commit with its version beside it."""
    return used in OURS or bool(PINNED.fullmatch(used))


def test_all_are_pinned(used):
    """A tag can be moved to other code, the hash of a commit cannot."""
    assert len(used) > 20
    assert [] == [(file, each) for file, each in used if not is_pinned(each)]


def test_one_version_each(used):
    """The same action has the same commit and version everywhere."""
    pins = {PINNED.fullmatch(each).groups() for _, each in used if each not in OURS}
    assert len(pins) == len({name for name, _, _ in pins})


HASH = "0123456789abcdef0123456789abcdef01234567"
FORMS = {
    "pinned": (f"a/b@{HASH} # v1.2.3", True),
    "pinned, of a folder": (f"a/b/c-d@{HASH} # v1.2.3", True),
    "ours": ("OWNER/checkov-keys@COMMIT", True),
    "the checkout": ("./", True),
    "malformed: a tag": ("a/b@v1", False),
    "malformed: a branch": ("a/b@main # v1.2.3", False),
    "malformed: a short hash": (f"a/b@{HASH[:7]} # v1.2.3", False),
    "malformed: a letter too many": (f"a/b@{HASH}0 # v1.2.3", False),
    "malformed: capitals": (f"a/b@{HASH.upper()} # v1.2.3", False),
    "malformed: no version beside it": (f"a/b@{HASH}", False),
    "malformed: a version of one number": (f"a/b@{HASH} # v1", False),
    "malformed: a tag that does not exist": ("OWNER/checkov-keys@v0.1.0", False),
    "malformed: nothing": ("", False),
}


@pytest.mark.parametrize(("line", "pinned"), FORMS.values(), ids=FORMS)
def test_forms(line, pinned):
    """What the tests above look for is what they find."""
    assert pinned == is_pinned(*USES.findall(f"  - uses: {line}\n"))
