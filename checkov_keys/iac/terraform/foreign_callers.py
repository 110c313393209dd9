"""Files of other tools that call Terraform modules: units of Terragrunt, and components of Terraform stacks.

They are not judged, as what they give to a module is not known here. Those that name an access key, or call a module
that makes one, are named instead. https://terragrunt.gruntwork.io/docs/ and
https://developer.hashicorp.com/terraform/language/stacks
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from checkov_keys.domain.users import Unjudged
from checkov_keys.iac.common.foreign_files import STACKS
from checkov_keys.iac.hcl.blocks import parse_file
from checkov_keys.iac.hcl.nodes import Literal
from checkov_keys.iac.hcl.tokens import SyntaxProblem
from checkov_keys.iac.terraform.configured_keys import Reachable
from checkov_keys.iac.terraform.resource_types import KEY_TYPES
from checkov_keys.iac.terraform.root import Root

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checkov_keys.iac.terraform.module_tree import ModuleTree

_CALLS = ("terraform", "component", "unit", "stack")


def name_foreign_callers(paths: Iterable[str], tree: ModuleTree, scanned: str) -> Iterator[Unjudged]:
    """Yield the files that name an access key, or call a module below the scanned directory that makes one."""
    for path in paths:
        try:
            text = tree.files.read(path)
        except (OSError, UnicodeDecodeError):
            continue
        kind = "Terraform stacks" if path.endswith(STACKS) else "Terragrunt's files"
        address = os.path.relpath(path, scanned)
        if any(key_type in text for key_type in KEY_TYPES):
            yield Unjudged(address, f"it names an access key, and {kind} are not judged")
            continue
        called = next((source for source in _list_sources(text) if _makes_key(path, source, tree)), None)
        if called is not None:
            yield Unjudged(address, f"it calls {called}, which makes access keys, and {kind} are not judged")


def _list_sources(text: str) -> Iterator[str]:
    """Yield the sources that are written down in a file; none if it cannot be read."""
    try:
        for block in parse_file(text, lambda block_type, _: block_type in _CALLS).blocks:
            attribute = block.body.attributes.get("source")
            node = attribute.expression if attribute else None
            if isinstance(node, Literal) and isinstance(node.value, str):
                yield node.value
    except SyntaxProblem:
        return


def _makes_key(path: str, source: str, tree: ModuleTree) -> bool:
    # Terragrunt separates the directory that it copies from the module in it by two slashes.
    directory = os.path.join(os.path.dirname(path), source.replace("//", "/"))  # noqa: PTH118, PTH120
    module = tree.module(os.path.normpath(directory))
    return bool(module.paths) and Reachable(tree, Root(tree, module, [module.directory]), KEY_TYPES).makes_resource(
        module
    )
