"""What of event history was read, and what was not."""

from datetime import datetime, timedelta, timezone

import pytest

from checkov_keys.domain.history_coverage import NOT_REACHED, HistoryCoverage, Part

NOW = datetime(2026, 11, 29, tzinfo=timezone.utc)
SAMPLED, DENIED = Part(is_sampled=True), Part(fault="denied")


def cover(parts, unknown=""):
    """A coverage of two regions with what was read of key K in each, None for nothing."""
    regions = ("us-east-1", "eu-west-1")
    read = {("K", region): part for region, part in zip(regions, parts) if part is not None}
    return HistoryCoverage(NOW - timedelta(days=90), NOW, regions, unknown, read)


@pytest.mark.parametrize(
    ("whole", "sampled", "faults", "parts", "unknown"),
    [
        (True, (), (), (Part(), Part()), ""),
        (False, ("eu-west-1",), (), (Part(), SAMPLED), ""),
        (False, (), (("denied", ("us-east-1",)),), (DENIED, Part()), ""),
        (False, (), (("denied", ("us-east-1", "eu-west-1")),), (DENIED, DENIED), ""),
        (False, ("us-east-1",), (("denied", ("eu-west-1",)),), (SAMPLED, DENIED), ""),
        (False, (), (("denied", ("us-east-1",)), ("late", ("eu-west-1",))), (DENIED, Part(fault="late")), ""),
        (False, (), ((NOT_REACHED.fault, ("eu-west-1",)),), (Part(), None), ""),
        (False, (), (("nobody knows", ()),), (Part(), Part()), "nobody knows"),
        (False, (), (("denied", ("us-east-1",)), ("nobody knows", ())), (DENIED, Part()), "nobody knows"),
    ],
)
def test_what_is_said_of_a_key(whole, sampled, faults, parts, unknown):
    """A key is whole if every region was read; each reason has its regions, in their order."""
    coverage = cover(parts, unknown)
    assert (whole, sampled, faults) == (coverage.is_whole("K"), coverage.list_sampled("K"), coverage.list_faults("K"))


def test_a_key_that_nobody_looked_up():
    """It is not whole, and every region is named."""
    coverage = cover((Part(), Part()))
    assert not coverage.is_whole("OTHER")
    assert ((NOT_REACHED.fault, ("us-east-1", "eu-west-1")),) == coverage.list_faults("OTHER")
