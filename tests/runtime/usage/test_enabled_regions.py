"""Which regions are read: those that the account has enabled, or those that there may be."""

import json

import pytest

from checkov_keys.runtime.session.aws_session import AwsSession
from checkov_keys.runtime.usage.enabled_regions import choose_regions

ENABLED = ["us-east-1", "eu-west-1", "ap-south-1"]


@pytest.fixture
def choose(history_server):
    """Choose the regions of an account with faults; returns them, why there may be others, and the server."""

    def ask(first=("eu-west-1", "us-east-1"), faults=None, regions=ENABLED):
        server = history_server(faults=faults, regions=regions)
        return (*choose_regions(AwsSession(endpoint_url=server.url), first), server)

    return ask


def test_aws_names_them(choose):
    """The account's own list is enough, page after page, and EC2 is not asked."""
    regions, unknown, server = choose()
    assert ("eu-west-1", "us-east-1", "ap-south-1") == regions
    assert "" == unknown
    assert ["ListRegions", "ListRegions"] == [action for action, _ in server.calls]
    assert {"ENABLED", "ENABLED_BY_DEFAULT", "ENABLING", "DISABLING"} == set(json.loads(server.calls[0][1]))


@pytest.mark.parametrize(
    ("expected", "first"),
    [
        (("us-east-1", "ap-south-1", "eu-west-1"), ["us-east-1"]),
        (("eu-west-1", "us-east-1", "ap-south-1"), ["eu-west-1", "", "eu-west-1", "us-east-1"]),
        (("me-south-1", "us-east-1", "ap-south-1", "eu-west-1"), ["me-south-1", "us-east-1"]),
        (("ap-south-1", "eu-west-1", "us-east-1"), []),
        (("ap-south-1", "eu-west-1", "us-east-1"), [""]),
    ],
)
def test_what_is_known_comes_first(choose, expected, first):
    """Regions that keys were used in come first, also one that is off by now, and the others by their names."""
    assert expected == choose(first)[0]


@pytest.mark.parametrize("fault", ["AccessDeniedException", "drop", "not json", "no list", "nested", "redirect"])
def test_ec2_is_asked_next(choose, fault):
    """If the account's list cannot be read, EC2 names the same regions."""
    regions, unknown, server = choose(faults={("ListRegions", "*"): fault})
    assert (set(ENABLED), "") == (set(regions), unknown)
    assert ("DescribeRegions", "false") in server.calls


@pytest.mark.parametrize("second", ["UnauthorizedOperation", "drop", "not json", "redirect"])
@pytest.mark.parametrize("first", ["AccessDeniedException", "drop", "not json"])
def test_nobody_names_them(choose, assert_readable, first, second):
    """If AWS answers neither, all regions that are known of are read, and it is said that there may be others."""
    regions, unknown, _ = choose(faults={("ListRegions", "*"): first, ("DescribeRegions", "*"): second})
    assert ("eu-west-1", "us-east-1") == regions[:2]
    assert len(regions) == len(set(regions)) > 15
    assert not [region for region in regions if region.startswith(("us-gov", "cn-"))]
    assert_readable(unknown, "AWS does not tell which regions are enabled", "cannot list the regions", "describe")


@pytest.mark.parametrize(("beside", "inside"), [("us-gov-west-1", "us-gov-east-1"), ("cn-north-1", "cn-northwest-1")])
def test_other_partitions(choose, beside, inside):
    """The regions that are known of are those of the account's own partition."""
    faults = {("ListRegions", "*"): "AccessDeniedException", ("DescribeRegions", "*"): "UnauthorizedOperation"}
    regions, _, _ = choose([beside], faults)
    assert {beside, inside} == set(regions)


@pytest.mark.parametrize(
    "regions", [[], ["us-east-1", "evil.example.com/"], ["us-east-1", ""], ["us-east-1", "ünder"], ["a:b"], ["-"]]
)
def test_names_that_are_not_regions(choose, regions):
    """What cannot be a part of a host name is not asked, and an account without regions is not believed."""
    found, unknown, _ = choose(["eu-west-1"], regions=regions)
    assert "eu-west-1" == found[0]
    assert [] == [region for region in found if not region.replace("-", "").isalnum() or not region.isascii()]
    assert unknown


def test_the_permission_is_named(choose):
    """Whoever reads why can allow it."""
    faults = {("ListRegions", "*"): "AccessDeniedException", ("DescribeRegions", "*"): "UnauthorizedOperation"}
    _, unknown, _ = choose(faults=faults)
    assert "allow account:ListRegions" in unknown
    assert "allow ec2:DescribeRegions" in unknown
