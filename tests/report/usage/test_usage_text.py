"""Who uses a key, as it is read at a terminal."""

import pytest

from checkov_keys.report.terminal_text import Screen
from checkov_keys.report.usage.usage_text import format_text

OTHER = "AKIAI44QH8DHBEXAMPLE"
LONG = "Boto3/1.35.99 md/Botocore#1.35.99 ua/2.0 os/linux#6.1 md/arch#x86_64 lang/python#3.11.7 " * 8


def test_a_report(make_report):
    """A caller has a line, one for each service and region, and one for what it says of itself."""
    calls = [{}, {}, {"name": "RunInstances", "denied": True}, {"name": "DescribeVpcs", "region": "us-east-1"}]
    report = make_report(*calls, {"agent": "Terraform/1.9.0", "key": OTHER})
    expected = """\
Who uses the access keys of user alice in account 111122223333: CloudTrail's
    event history in 2 regions from 2026-08-31 to 2026-11-29

AKIAI44QH8DHBEXAMPLE (Active, made 2026-08-31): Seen until 2026-11-29.
  Terraform, 203.0.113.9: exactly 1 call, 2026-11-29
    ec2 in eu-west-1: DescribeVpcs
    says: Terraform/1.9.0

AKIAIOSFODNN7EXAMPLE (Active, made 2026-08-31): Seen until 2026-11-29.
  AWS CLI v2, 203.0.113.9: exactly 3 calls, 2026-11-29; exactly 1 call denied,
      2026-11-29
    ec2 in eu-west-1: DescribeVpcs, RunInstances (denied)
    ec2 in us-east-1: DescribeVpcs
    says: aws-cli/2.15.30 Python/3.11.8

Who uses which key:
  AWS CLI v2, 203.0.113.9: AKIAIOSFODNN7EXAMPLE until 2026-11-29
  Terraform, 203.0.113.9: AKIAI44QH8DHBEXAMPLE until 2026-11-29

Whether the user may send mail over SES is not known: mail over its SMTP
    interface is not in CloudTrail, so ask.

What to do next:
  1. Move every caller listed above to the other key, or to a role.
  2. See where nobody looked: data events in a trail, mail over SMTP.
  3. Turn the key off with checkov-keys remediate, which rollback undoes.
  4. Delete it when nothing has failed for a while: a month covers jobs that run
      monthly."""
    assert expected == format_text(report, Screen(80))


def test_keys_that_nobody_was_seen_with(make_report):
    """There is nobody to move, and no table of who uses which key."""
    text = format_text(make_report())
    assert 2 == text.count("No call seen, and AWS tells of no use.")
    assert "Who uses which key" not in text
    assert "Move every caller" not in text


def test_a_key_alone(make_report):
    """If the user is not known, the report is about the key."""
    text = format_text(make_report({}, user="", keys=("AKIAIOSFODNN7EXAMPLE",)))
    assert text.startswith("Who uses access key AKIAIOSFODNN7EXAMPLE in account 111122223333: ")


def test_what_was_not_read(make_report):
    """Gaps are named with their reasons, and are among what to do next."""
    text = format_text(make_report(gaps=[("us-east-1, eu-west-1", "denied")], sampled=["eu-west-1"]))
    assert "Not read:\n  us-east-1, eu-west-1: denied\n" in text
    assert "sampled, the latest page of each week, in eu-west-1: --all-events reads all" in text
    assert "See where nobody looked: the gaps above, data events" in text


CROWDS = [
    ("and 5 other callers, who called before these: -o json names all", [{"address": f"a{n}"} for n in range(25)]),
    ("and 1 other caller, who called before these", [{"address": f"a{n}"} for n in range(21)]),
    ("  and 5 others: -o json names all", [{"address": f"a{n}"} for n in range(25)]),
    ("and 12 other actions: -o json names all", [{"name": f"Get{n}"} for n in range(20)]),
    ("and 1 other action: ", [{"name": f"Get{n}"} for n in range(9)]),
    ("and 1 other user agents: -o json", [{"agent": f"aws-cli/2.{n}"} for n in range(3)]),
    ("and more than 3 other user agents: -o json", [{"agent": f"aws-cli/2.{n}"} for n in range(9)]),
]


@pytest.mark.parametrize(("said", "calls"), CROWDS)
def test_long_lists_end(make_report, said, calls):
    """What is not shown is counted, and it is said which format has all of it."""
    text = format_text(make_report(*calls))
    assert said in text
    assert len(text.splitlines()) < 110


def test_callers_without_a_row(make_report):
    """Calls of more callers than are kept are told together, denied ones too."""
    calls = [{"address": f"a{number}", "denied": number % 2 == 0} for number in range(30)]
    text = format_text(make_report(*calls, most_callers=10))
    assert "exactly 20 callers without a row: " in text
    assert " denied" in text


def test_what_was_called_most_comes_first(make_report):
    """A rare action does not hide a frequent one."""
    calls = [{"name": f"A{number}"} for number in range(10)] + [{"name": "Zealous"}] * 2
    assert "ec2 in eu-west-1: Zealous, A0, A1" in format_text(make_report(*calls))


ODD = [
    "\x1b[31mred\x1b[0m",
    "a\r\nb: ::error::x",
    "\u202egnp.exe",
    "x\x00y",
    "\ud800",
    "\x1b[31m",
    " ",
    "a" * 2000,
    LONG,
]


@pytest.mark.parametrize("width", [20, 80, 200])
@pytest.mark.parametrize("odd", ODD)
def test_what_others_wrote_is_harmless(make_report, odd, width):
    """Nothing moves the cursor, begins a line, or makes a line longer than the screen, but one long word."""
    call = {"agent": odd, "address": odd, "name": odd, "region": odd, "session": odd}
    text = format_text(make_report(call, {"service": odd, "address": ""}), Screen(width))
    lines = text.splitlines()
    assert [] == [line for line in lines if not line.isprintable()]
    assert [] == [line for line in lines if len(line) > width and " " in line.strip()]
    assert [] == [line for line in lines if line.lstrip().startswith(",")]
    assert max(map(len, lines)) <= max(width, 200) or odd == "a" * 2000


def test_colours(make_report):
    """What a key is used for has a colour, if the screen shows any."""
    assert "\x1b[33mSeen until 2026-11-29.\x1b[0m" in format_text(make_report({}), Screen(80, coloured=True))
    assert "\x1b" not in format_text(make_report({}), Screen(80))


def test_only_what_is_certain_is_green(make_report):
    """A key without calls is not green if something was not read."""
    assert "\x1b[32mNo call seen" in format_text(make_report(), Screen(80, coloured=True))
    assert "\x1b[33mNo call seen" in format_text(make_report(gaps=[("a", "b")]), Screen(80, coloured=True))
