"""Finds the exposure that a record of Checkov's is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checkov_keys.domain.exposures import ExposedSecret, Exposure


class ExposureIndex:
    """Exposures by the file and the address of their sink."""

    def __init__(self, exposures: Iterable[Exposure]) -> None:
        """Join the secrets that several runners found in one sink."""
        self._found: dict[str, dict[str, Exposure]] = {}
        secrets: dict[tuple[str, str], dict[ExposedSecret, None]] = {}
        for each in exposures:
            joined = secrets.setdefault((each.path, each.address), {})
            joined.update(dict.fromkeys(each.secrets))
            self._found.setdefault(each.path, {})[each.address] = each
        for (path, address), joined in secrets.items():
            self._found[path][address] = self._found[path][address]._replace(secrets=tuple(joined))
        # An address may be as long as its author likes, so its endings are not listed but compared by their lengths.
        self._lengths = {path: sorted({*map(len, found)}, reverse=True) for path, found in self._found.items()}

    def find(self, resource: str, paths: Iterable[str]) -> Exposure | None:
        """Return the exposure of a resource in the first of some files (absolute paths) that has one.

        Checkov may put the path of a module, or a type, before an address. The longest address that fits is the one.
        """
        for path in paths:
            for length in self._lengths.get(path, ()):
                start = len(resource) - length
                if start == 0 or (start > 0 and resource[start - 1] == "."):
                    found = self._found[path].get(resource[start:])
                    if found:
                        return found
        return None
