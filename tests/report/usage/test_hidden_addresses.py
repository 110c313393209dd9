"""Source addresses are nowhere, if they are not to be shown."""

import ipaddress
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkov_keys.domain.source_addresses import HIDDEN, hide_addresses
from checkov_keys.report.usage.usage_csv import format_csv
from checkov_keys.report.usage.usage_json import format_json
from checkov_keys.report.usage.usage_markdown import format_markdown
from checkov_keys.report.usage.usage_text import format_text

FORMATS = [format_text, format_json, format_csv, format_markdown]
HOST = "build7.corp.example"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "aws-cli/2.15.30 Python/3.11.8",
        "from 2026-08-31 to 2026-11-29",
        "2026-11-29T11:01:38+00:00",
        "arn:aws:iam::111122223333:role/deploy",
        "std::Foo::Bar",
        "std::abs",
        "a: b",
        "::",
        "1.2.3",
        "999.1.2.3",
        "ab:cd:ef",
        "event-1-2",
        ":" * 500,
        "a" * 500,
    ],
)
def test_what_is_not_an_address_stays(text):
    """Versions, times and ARNs are not addresses."""
    assert text == hide_addresses(text)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (HIDDEN, "203.0.113.9"),
        (f"agent/1.0 ({HIDDEN}; x)", "agent/1.0 (203.0.113.9; x)"),
        (f"ip-{HIDDEN}.ec2.internal", "ip-203-0-113-9.ec2.internal"),
        (f"v{HIDDEN}", "v203.0.113.9"),
        (HIDDEN, "2001:db8::1"),
        (f"[{HIDDEN}]:443", "[2001:db8::1]:443"),
        (f"{HIDDEN}.", "2001:DB8:0:0:0:0:0:1."),
        (f"from {HIDDEN}: denied", "from fe80::1: denied"),
        (f"{HIDDEN}%eth0", "fe80::1%eth0"),
        (f"{HIDDEN}:{HIDDEN}", "::ffff:203.0.113.9"),
        (f"x{HIDDEN}", "x2001:db8::1"),
        (f"{HIDDEN}:deg", "fe80::1:deg"),
        (f"on {HIDDEN}, {HIDDEN}", f"on {HOST}, {HOST.upper()}"),
    ],
)
def test_addresses_are_left_out(expected, text):
    """Whatever is around them."""
    assert expected == hide_addresses(text, [HOST, "localhost", ""])


@given(
    st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)),
    st.sampled_from(["", " ", "(", "/", "x", "=", "-"]),
    st.sampled_from(["", " ", ")", "/", ".", ",", "%0"]),
)
def test_no_address_is_left(address, before, after):
    """However AWS spells it."""
    for text in (str(address), address.exploded):
        left = hide_addresses(f"{before}{text}{after}")
        assert text not in left or not ipaddress.ip_address(text).packed.strip(b"\0")


@pytest.mark.parametrize("write", FORMATS)
@pytest.mark.parametrize("address", ["203.0.113.9", "2001:db8::1", HOST])
def test_no_format_shows_one(make_report, write, address):
    """An address may be anywhere: in a user agent, the name of a session or an action, a gap, a note."""
    calls = [
        {"address": address, "agent": f"my-tool/1 ({address})", "session": f"job@{address}"},
        {"address": f"{address}", "agent": f"{address}/1.0", "service": f"{address}", "name": address},
    ]
    gaps = [(f"{address}/file", f"cannot connect to http://{address}:80")]
    report = make_report(*calls, gaps=gaps, notes=(f"see {address}",))
    assert address in write(report)
    shown = write(report._replace(shows_addresses=False))
    assert address not in shown
    assert not re.search(r"203.0.113|2001:db8|corp.example", shown)
    assert "exactly" not in shown or "AKIAIOSFODNN7EXAMPLE" in shown
