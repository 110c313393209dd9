"""A clock that is wrong is named, with how wrong it is if AWS says so."""

import pytest
from botocore.exceptions import ClientError

from checkov_keys.runtime.session.faults import explained

EXPIRED = "Signature expired: {} is now earlier than 20261124T001500Z ({} - 15 min.)"
EARLY = "Signature not yet current: {} is still later than 20261124T003500Z ({} + 5 min.)"
CLOCK = "this machine's clock is"
SKEWS = {
    "behind": (EXPIRED.format("20261124T000000Z", "20261124T003000Z"), f"{CLOCK} 30 minutes behind AWS's"),
    "ahead": (EARLY.format("20261124T010000Z", "20261124T003000Z"), f"{CLOCK} 30 minutes ahead of AWS's"),
    "by hours": (EXPIRED.format("20261123T200000Z", "20261124T003000Z"), f"{CLOCK} 4 hours behind AWS's"),
    "by days": (EXPIRED.format("20261024T003000Z", "20261124T003000Z"), f"{CLOCK} 31 days behind AWS's"),
    "across a year": (EARLY.format("20270101T000100Z", "20261231T235000Z"), f"{CLOCK} 11 minutes ahead of AWS's"),
    "without a time of AWS": ("Signature expired: 20261124T000000Z is now earlier than it was", f"{CLOCK} wrong"),
    "with times that are none": (EXPIRED.format("20261324T000000Z", "20261124T003000Z"), f"{CLOCK} wrong"),
}


@pytest.mark.parametrize(("said", "shown"), SKEWS.values(), ids=SKEWS)
@pytest.mark.parametrize("code", ["SignatureDoesNotMatch", "InvalidSignatureException"])
def test_how_wrong(said, shown, code):
    """It is said in words that end in what to do; the secret is not blamed."""
    error = ClientError({"Error": {"Code": code, "Message": said}}, "ListUsers")
    line = explained("cannot list the users", error)
    assert f"({shown}: set it, for example by turning on time synchronization (NTP))" in line
    assert "secret" not in line


@pytest.mark.parametrize("said", ["The request signature we calculated does not match", "Signature expired", ""])
def test_other_signatures(said):
    """Whatever is not about time is not."""
    error = ClientError({"Error": {"Code": "SignatureDoesNotMatch", "Message": said}}, "ListUsers")
    assert "clock" not in explained("x", error)
    assert "the secret does not belong to the key id" in explained("x", error)
