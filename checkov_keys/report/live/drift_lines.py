"""How accounts differ from their templates, as a section of each format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checkov_keys.domain.text import one_line

if TYPE_CHECKING:
    from checkov_keys.domain.drift import Drift

_BASES = {
    "state": "by the key ids of the state",
    "counts": "by the number of keys of each user; --state tells it by key id",
}


def drift_title(basis: str) -> str:
    """Return the title of the section, with how keys were told apart."""
    return f"Drift between templates and accounts ({_BASES[basis]})"


def drift_line(drift: Drift) -> str:
    """Return one difference in one line."""
    where = (
        f" ({', '.join(map(str, drift.source_ranges))})"
        if drift.source_ranges and str(drift.source_ranges[0]) not in drift.sentence
        else ""
    )
    return one_line(f"{drift.kind.value}: {drift.sentence}{where}")


def drift_data(drift: Drift) -> dict[str, Any]:
    """Return one difference as JSON; `access_keys` holds ids where they are known, `exact` tells how it was found."""
    return {
        "kind": drift.kind.value,
        "account": drift.account,
        "user": drift.user,
        "access_keys": list(drift.keys),
        "count": drift.count,
        "places": [
            {"path": place.path, "file_line_range": [place.first_line, place.last_line]}
            for place in drift.source_ranges
        ],
        "exact": drift.exact,
        "message": one_line(drift.sentence),
    }
