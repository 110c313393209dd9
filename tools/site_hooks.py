"""What MkDocs is told about the pages of docs/, so that one text works on GitHub and as a site: make site.

https://www.mkdocs.org/user-guide/configuration/#hooks. Pages are written for GitHub: their lists are indented by two,
their anchors are GitHub's, and they link to files beside docs/. The README and the changelog are pages too.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING

from markdown.extensions import Extension
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File

if TYPE_CHECKING:
    from markdown import Markdown
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[1]
BRANCH = "main"
# The pages of the site that are not in docs/, by the file that they are made of.
ADDED = {"README.md": "index.md", "CHANGELOG.md": "changelog.md"}
_LINK = re.compile(r"(?<=\]\()(?![a-z]+:|#)([^)\s#]+)(#[^)\s]*)?(?=\))")


class _ListsOfGitHub(Extension):
    """Takes two spaces for a step of a list, as GitHub does; Python-Markdown takes four."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  # the name is Python-Markdown's
        md.tab_length = 2


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Set what a file without tags cannot: anchors and lists as GitHub has them."""
    config.mdx_configs.setdefault("toc", {})["slugify"] = slugify
    config.markdown_extensions.append(_ListsOfGitHub())
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are not in docs/."""
    for source, page in ADDED.items():
        files.append(File.generated(config, page, content=(ROOT / source).read_text(encoding="utf-8")))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001
    """Return the text with links that work on the site. Raises PluginError, which ends the build."""
    return turn_links(markdown, page.file.src_uri, config.repo_url or "")


def slugify(heading: str, separator: str) -> str:
    """Return the anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", separator)


def turn_links(text: str, page: str, repository: str, root: Path = ROOT) -> str:
    """Return the text of a page with its relative links turned: to other pages of the site, or into the repository.

    `page` is its path on the site, such as `ci/github.md`. Raises PluginError if a link leads nowhere.
    """
    source = {made: name for name, made in ADDED.items()}.get(page, f"docs/{page}")

    def turn(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(source), link[1]))
        if target.startswith("..") or not (root / target).exists():
            raise PluginError(f"{source}: {link[1]} leads nowhere")
        anchor = link[2] or ""
        inside = ADDED.get(target, target[len("docs/") :] if target.startswith("docs/") else "")
        if inside:
            return posixpath.relpath(inside, posixpath.dirname(page) or ".") + anchor
        kind = "tree" if (root / target).is_dir() else "blob"
        return f"{repository}/{kind}/{BRANCH}/{target}{anchor}"

    return _LINK.sub(turn, text)
