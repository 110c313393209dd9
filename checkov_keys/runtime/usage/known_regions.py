"""The regions that this release of botocore knows, without asking AWS anything."""

from __future__ import annotations

from botocore.session import get_session

_PARTITION = "aws"


def list_known_regions(beside: str) -> tuple[str, ...]:
    """Return the regions with CloudTrail of the partition of a region, of the partition aws if botocore lacks it.

    Newer regions may be missing.
    """
    session = get_session()
    for partition in session.get_available_partitions():
        regions = session.get_available_regions("cloudtrail", partition)
        if beside in regions:
            return tuple(regions)
    return tuple(session.get_available_regions("cloudtrail", _PARTITION))
