"""The site of docs/: it is built without a warning, every link in it leads somewhere, and every rule has its path."""

import os
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
import yaml

import checkov_keys
from checkov_keys.domain.rules.family import RULES

pytest.importorskip("mkdocs", reason="MkDocs is not here: pip install .[dev]")

from mkdocs.exceptions import PluginError
from site_hooks import slugify, turn_links

ROOT = Path(__file__).resolve().parents[2]
HOME = "https://site.example/"


class Page(HTMLParser):
    """The links, the anchors and the files that a page loads."""

    def __init__(self, text):
        super().__init__()
        self.links, self.anchors, self.loaded = [], set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if "id" in given:
            self.anchors.add(given["id"])
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if tag in ("script", "img", "iframe", "link") and given.get("rel") != "canonical":
            self.loaded += filter(None, (given.get("src"), given.get("href")))


@pytest.fixture(scope="module")
def built_site(tmp_path_factory):
    """The pages of the site, built as `make site` does, by their paths below it."""
    folder = tmp_path_factory.mktemp("site") / "site"
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", folder],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (0, "") == (done.returncode, done.stderr.strip())
    pages = {str(path.relative_to(folder).parent): Page(path.read_text()) for path in folder.rglob("index.html")}
    return folder, pages


def resolve(path, link):
    """Where a link on a page leads: to a path below the site and an anchor, or to another host."""
    parts = urlsplit(urljoin(f"{HOME}{'' if path == '.' else f'{path}/'}", link))
    inside = f"{parts.scheme}://{parts.netloc}/" == HOME
    return (unquote(parts.path).strip("/") or ".", unquote(parts.fragment)) if inside else None


def test_links(built_site):
    """Every link within the site leads to a page and an anchor that it has."""
    folder, pages = built_site
    found = {(path, *target) for path, page in pages.items() for link in page.links if (target := resolve(path, link))}
    assert len(found) > 100
    missing = {(path, target) for path, target, _ in found if target not in pages and not (folder / target).is_file()}
    lost = {each for each in found if each[2] and each[1] in pages and each[2] not in pages[each[1]].anchors}
    assert (set(), set()) == (missing, lost)


def test_links_to_the_repository(built_site):
    """Files beside docs/ are links into the repository, which has them."""
    address = f"{checkov_keys.PROJECT_URL}/"
    links = {link for page in built_site[1].values() for link in page.links if link.startswith(address)}
    files = {link[len(address) :].partition("#")[0].partition("/main/")[2] for link in links}
    assert "examples/ci/Dockerfile" in files
    assert [] == [file for file in files if not (ROOT / file).exists()]


def test_what_is_loaded(built_site):
    """A page loads nothing from another host."""
    folder, pages = built_site
    loaded = {(path, link) for path, page in pages.items() for link in page.loaded if not link.startswith("data:")}
    assert [] == [each for each in loaded if not (target := resolve(*each)) or not (folder / target[0]).exists()]


def test_every_rule_has_its_path(built_site):
    """The path of a rule stays, since reports may name it."""
    assert {f"rules/{rule}" for rule in RULES} == {path for path in built_site[1] if path.startswith("rules/")}


def test_the_way_of_a_reader(built_site):
    """The README comes first, every page is on the way, and the pages of development come last."""
    config = yaml.safe_load((ROOT / "mkdocs.yml").read_text())
    listed = [page for entry in config["nav"] for page in flatten(entry)]
    pages = {str(page.relative_to(ROOT / "docs")) for page in (ROOT / "docs").rglob("*.md")}
    assert ("index.md", "development.md") == (listed[0], listed[-1])
    assert sorted(pages | {"index.md", "changelog.md"}) == sorted(listed)
    assert len(listed) == len(built_site[1])
    assert checkov_keys.PROJECT_URL == config["repo_url"]


def flatten(entry):
    """The pages of an entry of the navigation, in their order."""
    for below in entry.values():
        yield from [below] if isinstance(below, str) else [page for each in below for page in flatten(each)]


REPOSITORY = "https://host.example/us/it"
LINKS = {
    "silent: an address": ("index.md", "[a](https://b.example/docs/ci.md)", "[a](https://b.example/docs/ci.md)"),
    "silent: an anchor": ("ci.md", "[a](#docker)", "[a](#docker)"),
    "silent: no link": ("ci.md", "a(b) [c] docs/ci.md", "a(b) [c] docs/ci.md"),
    "the README to a page": ("index.md", "[a](docs/ci.md)", "[a](ci.md)"),
    "the README to an anchor": ("index.md", "[a](docs/ci.md#docker)", "[a](ci.md#docker)"),
    "the README to the changelog": ("index.md", "[a](CHANGELOG.md)", "[a](changelog.md)"),
    "the README to a file": ("index.md", "[a](LICENSE)", f"[a]({REPOSITORY}/blob/main/LICENSE)"),
    "a page to a page": ("ci/github.md", "[a](../live.md#rules)", "[a](../live.md#rules)"),
    "a page to the README": ("ci/github.md", "[a](../../README.md)", "[a](../index.md)"),
    "a page to a file": ("ci.md", "[a](../setup.cfg#L1)", f"[a]({REPOSITORY}/blob/main/setup.cfg#L1)"),
    "a page to a folder": ("ci.md", "[a](../examples/ci)", f"[a]({REPOSITORY}/tree/main/examples/ci)"),
    "an image": ("reports.md", "![a](dashboard.png)", "![a](dashboard.png)"),
    "two in a line": ("ci.md", "[a](live.md), [b](ci/github.md)", "[a](live.md), [b](ci/github.md)"),
}


@pytest.mark.parametrize(("page", "text", "expected"), LINKS.values(), ids=LINKS)
def test_turned(page, text, expected):
    """A link to a page of the site stays on it, and any other goes to the repository."""
    assert expected == turn_links(text, page, REPOSITORY)


MALFORMED = {
    "a file that does not exist": ("ci.md", "[a](nowhere.md)"),
    "one beside the project": ("ci.md", "[a](../../other.md)"),
    "a path of the machine": ("ci.md", "[a](/nowhere/at/all)"),
}


@pytest.mark.parametrize(("page", "text"), MALFORMED.values(), ids=MALFORMED)
def test_turned_to_nowhere(page, text):
    """A link that leads nowhere ends the build."""
    with pytest.raises(PluginError, match="leads nowhere"):
        turn_links(text, page, REPOSITORY)


ANCHORS = {
    "words": ("Add a rule", "add-a-rule"),
    "code": ("checkov-keys checks-dir", "checkov-keys-checks-dir"),
    "marks": ("What? *This*, and (that)!", "what-this-and-that"),
    "an underscore": ("CKV2_KEYS_1: it", "ckv2_keys_1-it"),
    "two spaces": ("a  b", "a--b"),
    "malformed: nothing": ("", ""),
}


@pytest.mark.parametrize(("heading", "anchor"), ANCHORS.values(), ids=ANCHORS)
def test_anchors(heading, anchor):
    """The anchor of a heading is the one that GitHub gives it, so that links work on both."""
    assert anchor == slugify(heading, "-")
