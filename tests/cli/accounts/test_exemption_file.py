"""The file of --exemptions: what it may hold, and one line for what it may not."""

import time
from datetime import date

import pytest

from checkov_keys.cli.accounts.exemption_file import MAX_BYTES, read_exemptions
from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.exemptions import Exemption

ARN = "arn:aws:iam::111122223333:user/ops"
OTHER = "arn:aws:iam::*:user/build/*"


@pytest.fixture
def read(tmp_path):
    """Read a file of a text or bytes."""

    def read_content(content):
        file = tmp_path / "exemptions.txt"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_exemptions(str(file))

    return read_content


def bomb(first, level):
    """An entry that a loader would make gigabytes of: each level repeats the one before nine times."""
    levels = [f"- &a0 {first}", *(level.replace("N", str(n)).replace("M", str(n - 1)) for n in range(1, 12))]
    return "\n".join(levels)


@pytest.mark.parametrize(
    ("expected", "content"),
    [
        ([], "[]"),
        ([], "# nobody yet\n[]\n"),
        ([Exemption(ARN, "two sites")], f"- arn: {ARN}\n  reason: two sites\n"),
        (
            [Exemption(ARN, "two sites", "ann", date(2026, 12, 31)), Exemption(OTHER, "CI", "", date(2027, 1, 1))],
            f"""
            - {{expires: 2026-12-31, owner: ann, reason: two sites, arn: '{ARN}'}}
            - arn: {OTHER}
              reason: CI
              expires: '2027-01-01'
            """,
        ),
        # JSON, as editors and jq write it.
        ([Exemption(ARN, "r", "", date(2026, 12, 31))], f'[{{"arn":"{ARN}","reason":"r","expires":"2026-12-31"}}]'),
        (
            [Exemption(ARN, "r / r")],
            f'\ufeff\r\n[\r\n\t{{\r\n\t\t"arn": "{ARN}",\r\n\t\t"reason": "r \\/ r"\r\n\t}}\r\n]',
        ),
        ([Exemption(ARN, "Zoë 🔑")], f'[{{"arn": "{ARN}", "reason": "Zo\\u00eb \\ud83d\\udd11"}}]'),
        ([Exemption(ARN, "Zoë")], f"- arn: {ARN}\n  reason: Zoë".encode("utf-16")),
        # Several lines become one, what no terminal should see is left out.
        ([Exemption(ARN, "two sites, see T-1")], f"- arn: {ARN}\n  reason: |\n    two sites,\n\n    see T-1\n"),
        ([Exemption(ARN, "a b")], f'- arn: {ARN}\n  reason: "a\\e[2J\\u2028b\\0"'),
        # An alias that stands for a text.
        ([Exemption(ARN, "r"), Exemption(OTHER, "r")], f"- arn: {ARN}\n  reason: &r r\n- arn: '{OTHER}'\n  reason: *r"),
        # Case counts in a pattern's path, so these are two.
        (
            [Exemption(ARN, "r"), Exemption(ARN + "/", "r")],
            f"- {{arn: '{ARN}', reason: r}}\n- {{arn: '{ARN}/', reason: r}}",
        ),
    ],
)
def test_what_a_file_may_hold(read, expected, content):
    """Entries come in its order."""
    assert tuple(expected) == read(content)


GOOD = f"- arn: {ARN}\n  reason: r\n"
SHAPE = "write a list of entries with arn, reason, owner, expires and rules"
KNOWN = "the known fields are arn, reason, owner, expires, rules"
FILL_IN = "is empty: fill it in, or leave it out if it is optional"
NO_ARN = "is not an ARN of users: write arn:aws:iam::ACCOUNT:user/PATH/NAME, in which each part may hold * and ?"


@pytest.mark.parametrize(
    ("said", "content"),
    [
        # The file.
        (f"is empty: {SHAPE}, or [] for none", ""),
        (f"is empty: {SHAPE}, or [] for none", "# nobody\n---\n"),
        (f"is empty: {SHAPE}, or [] for none", "null"),
        (f"is a mapping, not a list: {SHAPE}", "exemptions: []"),
        (f"is a mapping, not a list: {SHAPE}", '{"arn": "x"}'),
        (f"is a text, not a list: {SHAPE}", ARN),
        (f"is a number, not a list: {SHAPE}", "1"),
        ("is not YAML: line 3: ", "- arn: x\n  reason: [\n"),
        ("is not YAML: line 1: ", "\t- a"),
        ("is not YAML: line 3: ", f"{GOOD}---\n{GOOD}"),
        ("is not YAML: line 1: found undefined alias 'r'", "- *r"),
        ("is not YAML: ", b"- \xff\xfe\xfd"),
        ("is not YAML: ", b"- a\x00"),
        (f"has more than {MAX_BYTES:,} bytes: shorten it with wider patterns", "#" * (MAX_BYTES + 1)),
        (f"is nested too deeply: {SHAPE}", "[" * 100_000),
        (f"is nested too deeply: {SHAPE}", "- " * 100_000),
        # An entry.
        ("entry 1 (line 1): is a text, not a mapping of arn, reason, owner, expires, rules", f"- {ARN}"),
        ("entry 2 (line 3): is empty, not a mapping of arn, reason, owner, expires, rules", f"{GOOD}-\n"),
        ("entry 2 (line 3): is a list, not a mapping of arn, reason, owner, expires, rules", f"{GOOD}- []\n"),
        ("entry 1 (line 1): arn: is missing: every exemption needs one", "- {}"),
        ("entry 1 (line 1): arn: is missing: every exemption needs one", "- reason: r"),
        ("entry 2 (line 3): reason: is missing: every exemption needs one", f"{GOOD}- arn: {OTHER}"),
        (f"entry 1 (line 1): unknown field expiry: {KNOWN}", f"- arn: {ARN}\n  reason: r\n  expiry: 2026-12-31"),
        (f"entry 1 (line 1): unknown field Arn: {KNOWN}", f"- Arn: {ARN}"),
        (f"entry 1 (line 1): unknown field 1: {KNOWN}", "- 1: x"),
        (f"entry 1 (line 1): unknown field a list: {KNOWN}", "- ? [a]\n  : b"),
        (f"entry 2 (line 3): unknown field <<: {KNOWN}", f"- &a {{arn: '{ARN}',\n  reason: r}}\n- <<: *a"),
        ("entry 1 (line 1): reason: appears twice: keep one of them", f"- arn: {ARN}\n  reason: r\n  reason: s"),
        # Its fields.
        *(
            (f"entry 1 (line 1): reason: {FILL_IN}", f"- arn: {ARN}\n  reason: {no}")
            for no in ("", "null", "~", "''", "' '")
        ),
        (f"entry 1 (line 1): owner: {FILL_IN}", f"{GOOD}  owner:"),
        (f"entry 1 (line 1): expires: {FILL_IN}", f"{GOOD}  expires:"),
        (f"entry 1 (line 1): arn: {FILL_IN}", "- arn:\n  reason: r"),
        ("entry 1 (line 1): arn: is a number, not a text: put it in quotes", "- arn: 111122223333"),
        ("entry 1 (line 1): arn: is a number, not a text: put it in quotes", f"- arn: {'9' * 9000}"),
        ("entry 1 (line 1): arn: is a list, not a text: put it in quotes", f"- arn: ['{ARN}']"),
        ("entry 1 (line 1): arn: is a mapping, not a text: put it in quotes", "- arn: {}"),
        (
            "entry 1 (line 1): arn: is a value of another type, not a text: put it in quotes",
            "- arn: !!python/name:os.x ''",
        ),
        ("entry 1 (line 1): reason: is true or false, not a text: put it in quotes", f"- arn: {ARN}\n  reason: yes"),
        ("entry 1 (line 1): owner: is a date, not a text: put it in quotes", f"{GOOD}  owner: 2026-01-01"),
        (f"entry 1 (line 1): arn: * {NO_ARN}", "- arn: '*'\n  reason: r"),
        (f"entry 1 (line 1): arn: ops {NO_ARN}", "- arn: ops\n  reason: r"),
        (f"entry 1 (line 1): arn: arn:aws:iam::* {NO_ARN}", "- arn: arn:aws:iam::*\n  reason: r"),
        (f"entry 1 (line 1): arn: {'x' * 200}… {NO_ARN}", f"- arn: {'x' * 5000}\n  reason: r"),
        ("entry 1 (line 1): expires: is a number, not a date: write YYYY-MM-DD", f"{GOOD}  expires: 20261231"),
        ("entry 1 (line 1): expires: is a list, not a date: write YYYY-MM-DD", f"{GOOD}  expires: [2026-12-31]"),
        *(
            (f"entry 1 (line 1): expires: {no} is not a date: write YYYY-MM-DD", f"{GOOD}  expires: {no}")
            for no in (
                "never",
                "2026-13-01",
                "2026-02-30",
                "2026-1-5",
                "31.12.2026",
                "2026-12-31 10:00:00",
                "0000-01-01",
            )
        ),
        ("entry 1 (line 1): expires: 20261231 is not a date: write YYYY-MM-DD", f"{GOOD}  expires: '20261231'"),
        (
            "entry 1 (line 1): expires: \uff12026-12-31 is not a date: write YYYY-MM-DD",
            f"{GOOD}  expires: \uff12026-12-31",
        ),
        (
            "entry 3 (line 5): arn: entry 1 has the same pattern for CKV2_KEYS_1: keep one of them",
            f"{GOOD}- arn: {OTHER}\n  reason: r\n{GOOD}",
        ),
        # What would be gigabytes.
        ("entry 1 (line 1): is a list, not a mapping", bomb("[x]", f"- &aN [{', '.join(['*aM'] * 9)}]")),
        (
            "entry 2 (line 2): unknown field <<",
            bomb(f"{{arn: '{ARN}', reason: r}}", f"- &aN {{<<: [{', '.join(['*aM'] * 9)}]}}"),
        ),
        ("entry 1 (line 1): is a list, not a mapping", "- &a [*a]"),
    ],
    ids=lambda text: text[:70],
)
def test_what_a_file_may_not_hold(read, tmp_path, said, content):
    """One line names the file, the entry, the field and what to do; nothing takes long."""
    start = time.perf_counter()
    with pytest.raises(UsageError) as raised:
        read(content)
    message = str(raised.value)
    assert message.startswith(f"exemptions file {tmp_path}/exemptions.txt: {said}")
    assert message.isprintable()
    assert 500 > len(message)
    assert 10 > time.perf_counter() - start


@pytest.mark.parametrize(
    ("said", "path"),
    [
        ("exemptions file nowhere/x.txt: cannot be read: No such file or directory", "nowhere/x.txt"),
        ("exemptions file .: cannot be read: Is a directory", "."),
        ("exemptions file a b: cannot be read: embedded null byte", "a\0b"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path, monkeypatch, said, path):
    """Its name and the system's reason."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError) as raised:
        read_exemptions(path)
    assert said == str(raised.value)


def test_an_endless_file():
    """It is not read to its end."""
    with pytest.raises(UsageError, match="has more than 300,000 bytes"):
        read_exemptions("/dev/zero")
