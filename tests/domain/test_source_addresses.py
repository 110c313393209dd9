"""Source addresses are left out wherever they may be, and nothing else is."""

import pytest
from seen_keys import ADDRESS, ROLE, call, history

from checkov_keys.domain.callers import Caller
from checkov_keys.domain.source_addresses import HIDDEN, hide_addresses, leave_out_addresses


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("", ""),
        ("aws-cli/2.15.30 md/awscrt#0.19.19 os/linux", "aws-cli/2.15.30 md/awscrt#0.19.19 os/linux"),
        ("lambda.amazonaws.com", "lambda.amazonaws.com"),
        ("1.2.3", "1.2.3"),
        ("Linux/5.4.242-163.349", "Linux/5.4.242-163.349"),
        ("300.1.1.1", "300.1.1.1"),
        ("12:30:45", "12:30:45"),
        ("arn:aws:iam::111122223333:role/deploy", "arn:aws:iam::111122223333:role/deploy"),
        ("std::map", "std::map"),
        ("203.0.113.9", HIDDEN),
        ("from 203.0.113.9, 10.0.0.1;", f"from {HIDDEN}, {HIDDEN};"),
        ("(2001:db8::1)", f"({HIDDEN})"),
        ("[::1]:443", f"[{HIDDEN}]:443"),
        ("::ffff:203.0.113.9", f"{HIDDEN}:{HIDDEN}"),
        ("job@203.0.113.9", f"job@{HIDDEN}"),
        # A version of four numbers cannot be told from an address.
        ("Chrome/115.0.0.0", f"Chrome/{HIDDEN}"),
    ],
)
def test_texts(text, left):
    """IP addresses of both versions are replaced; versions, times and ARNs are not."""
    assert left == hide_addresses(text)


def test_a_key():
    """No address is left in callers, what they say of themselves, or names of sessions."""
    odd = Caller("host.example.com", "", ADDRESS)
    usage = history(
        call(1), call(2, caller=odd, session=ROLE._replace(target=f"job-{ADDRESS}"), agent="2001:db8::1")
    ).usage
    cleared = leave_out_addresses(usage)
    assert [ADDRESS, "host.example.com", "2001:db8::1"] == [
        text for text in (ADDRESS, "host.example.com", "2001:db8::1") if text in str(usage)
    ]
    assert [] == [text for text in (ADDRESS, "host.example.com", "2001:db8::1") if text in str(cleared)]
    assert usage.calls == cleared.calls
