"""Manifests that Checkov leaves out of its graph, since Kubernetes gives their objects a name: `generateName`."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Callable

from checkov.common.util.consts import START_LINE
from checkov.kubernetes import kubernetes_utils

from checkov_keys.iac.crossplane.resources import KEY_KIND, USER_KIND

if TYPE_CHECKING:
    from collections.abc import Iterator

_KINDS = frozenset({KEY_KIND, USER_KIND})
_Parse = Callable[[str], "tuple[list[dict[str, Any]], list[tuple[int, str]]] | None"]


def prepare_kubernetes_runner() -> None:
    """Have Checkov's runner keep the objects of Crossplane that are named later; once, however often called."""
    parse: _Parse = vars(kubernetes_utils)["parse"]
    if not hasattr(parse, "__wrapped__"):
        setattr(kubernetes_utils, "parse", _name_objects_of(parse))  # noqa: B010  # it is not the module's own


def _name_objects_of(parse: _Parse) -> _Parse:
    @wraps(parse)
    def parse_and_name(filename: str) -> tuple[list[dict[str, Any]], list[tuple[int, str]]] | None:
        parsed = parse(filename)
        for number, manifest in enumerate(_list_manifests(parsed[0]) if parsed else (), 1):
            metadata = manifest.get("metadata")
            if manifest.get("kind") not in _KINDS or not isinstance(metadata, dict) or metadata.get("name"):
                continue
            if isinstance(metadata.get("generateName"), str):
                # Each of them becomes an object of its own, whatever it will be called.
                place = f"line {manifest[START_LINE]}" if START_LINE in manifest else f"object {number}"
                metadata["name"] = f"{metadata['generateName']}({place})"
        return parsed

    return parse_and_name


def _list_manifests(manifests: list[Any]) -> Iterator[dict[str, Any]]:
    for manifest in manifests:
        if isinstance(manifest, dict):
            yield manifest
            if manifest.get("kind") == "List" and isinstance(manifest.get("items"), list):
                yield from _list_manifests(manifest["items"])
