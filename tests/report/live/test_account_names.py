"""Where each format says which account something is about: by its id, and by its name where that is known."""

import csv
import io
import json
import re
from xml.etree import ElementTree as ET

import pytest

from checkov_keys.domain.assessment import Policy
from checkov_keys.domain.exemptions import Exemption
from checkov_keys.domain.rules.one_active_key import ONE_ACTIVE_KEY
from checkov_keys.domain.users import AccessKey, Account, KeyStatus, NoUse, Unjudged, UnjudgedAccount, User
from checkov_keys.report.baselines import write_baseline
from checkov_keys.report.destinations import FILE_NAMES, Destinations, Style
from checkov_keys.report.formats.sarif_log import build_live_log
from checkov_keys.report.live.live_report import LiveReport
from checkov_keys.report.live.user_record import Review
from checkov_keys.report.writer import write_report

NAMED, NAMELESS, CLOSED, SHUT = "111111111111", "222222222222", "333333333333", "444444444444"
REVIEW = Review(Policy(exemptions=(Exemption("arn:aws:iam::*:user/skipped", "two safes"),)))
KEYS = tuple(AccessKey(f"AKIA{n}", KeyStatus.ACTIVE, None, NoUse.NEVER) for n in range(2))


def account(number, name):
    """An account with a user of every verdict."""
    users = [
        User(number, user, f"arn:aws:iam::{number}:user/{user}", KEYS[:count])
        for user, count in (("failed", 2), ("passed", 1), ("skipped", 2))
    ]
    return Account(number, "aws", tuple(users), (Unjudged(f"arn:aws:iam::{number}:user/lost", "denied"),), name=name)


def organization(name="prod", closed="vault"):
    return [
        account(NAMED, name),
        account(NAMELESS, ""),
        UnjudgedAccount(CLOSED, "aws", closed, "no entry").as_account(),
        UnjudgedAccount(SHUT, "aws", "", "no entry").as_account(),
    ]


@pytest.fixture
def text_of(tmp_path, capsys):
    """Return the text that a format makes of accounts."""

    def make(name, accounts, **style):
        report = LiveReport(accounts, (ONE_ACTIVE_KEY,), review=REVIEW)
        files = f"{tmp_path / 'file'},{tmp_path / 'other'}"
        write_report(report, Destinations([name, "cli" if name != "cli" else "json"], files), Style(**style))
        capsys.readouterr()
        return (tmp_path / "file").read_bytes().decode()

    return make


def xml(text):
    return ET.fromstring(text)  # noqa: S314  # this project wrote it


def lines_with(text, *parts):
    return [line.strip() for line in text.splitlines() if all(part in line for part in parts)]


def cli(text, user):
    _, after = text.split(f" for resource: {user}\n", 1)
    return re.search(r"Account: (.*)", after.split("Check: ")[0])[1]


def cli_missed(text, address):
    (line,) = lines_with(text, "Not judged: ", f"{address} ") or lines_with(text, f"Not judged: {address}:")
    return line


def records_of(text):
    results = json.loads(text)["results"]
    checks = [*results["passed_checks"], *results["failed_checks"], *results["skipped_checks"]]
    return {each["resource"]: each for each in checks}, {each["address"]: each for each in results["unjudged"]}


def label(number, name):
    return f"{number} ({name})" if name else number


def json_place(text, address):
    records, missed = records_of(text)
    found = records.get(address) or missed[address]
    return label(found["account"], found["account_name"])


def junit(text, address):
    _, _, _, _, number, resource = address.split(":")
    subject = "all users" if resource == "user/*" else resource.replace("/", " ")
    (case,) = [
        case for case in xml(text).iter("testcase") if case.get("name").endswith(f"{subject} in account {number}")
    ]
    assert f"aws.{number}.iam" == case.get("classname")
    return re.search(r"Account: (.*)", case[0].text)[1]


def csv_place(text, address):
    names = (address, address.rsplit("/", 1)[-1])
    rows = [row for row in csv.DictReader(io.StringIO(text, newline="")) if row["user"] in names]
    (place,) = {(row["account"], row["account name"]) for row in rows if row["account"] in address}
    return label(*place)


def markdown(text, address):
    (line,) = lines_with(text, f"| {address} ")
    cells = [cell.strip() for cell in line.strip("|").split(" | ")]
    return cells[1] if len(cells) == 4 else cells[5]


def in_words(sentence):
    return re.search(r"in account (\d{12}(?: \(.*?\))?)", sentence)[1]


def sarif(text, address):
    run = json.loads(text)["runs"][0]
    said = {
        result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"]: result["message"]["text"]
        for result in run["results"]
    }
    return in_words(said[address])


def sarif_missed(text, address):
    notes = json.loads(text)["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    (said,) = [note["message"]["text"] for note in notes if f" {address}" in note["message"]["text"]]
    return said


def gitlab(text, address):
    path = "aws/{}/iam/{}".format(*re.search(r"::(\d+):user/(.*)", address).groups())
    (said,) = [each["description"] for each in json.loads(text)["vulnerabilities"] if each["location"]["file"] == path]
    return in_words(said)


def gitlab_missed(text, address):
    (said,) = [each["value"] for each in json.loads(text)["scan"]["messages"] if each["value"].startswith(address)]
    return said


# Format, how its reader finds the account of an address, whose records it holds.
RECORDS = [
    (name, place, user)
    for name, place, users in (
        ("cli", cli, ("failed", "passed", "skipped")),
        ("json", json_place, ("failed", "passed", "skipped", "lost", "*")),
        ("junitxml", junit, ("failed", "skipped", "lost", "*")),
        ("csv", csv_place, ("failed", "passed", "skipped", "lost", "*")),
        ("github_failed_only", markdown, ("failed", "lost", "*")),
        ("sarif", sarif, ("failed", "skipped")),
        ("gitlab_sast", gitlab, ("failed",)),
    )
    for user in users
]


@pytest.mark.parametrize(("name", "place", "user"), RECORDS, ids=[f"{name} {user}" for name, _, user in RECORDS])
def test_accounts_of_records(text_of, name, place, user):
    """Each record, and each thing that could not be judged, says the id of its account, and the name if it has one."""
    text = text_of(name, organization(), show_passed=True)
    numbers = {CLOSED: "vault", SHUT: ""} if user == "*" else {NAMED: "prod", NAMELESS: ""}
    assert [label(number, known) for number, known in numbers.items()] == [
        place(text, f"arn:aws:iam::{number}:user/{user}") for number in numbers
    ]


@pytest.mark.parametrize(
    ("name", "place"), [("cli", cli_missed), ("sarif", sarif_missed), ("gitlab_sast", gitlab_missed)]
)
def test_accounts_that_could_not_be_entered(text_of, name, place):
    """Formats that name them in a sentence name them with the reason."""
    text = text_of(name, organization(), quiet=True)
    assert f"arn:aws:iam::{CLOSED}:user/* in account {CLOSED} (vault): no entry" in place(
        text, f"arn:aws:iam::{CLOSED}:user/*"
    )
    assert f"arn:aws:iam::{SHUT}:user/*: no entry" in place(text, f"arn:aws:iam::{SHUT}:user/*")


SCOPES = {
    "one with a name": ([Account(NAMED, "aws", name="prod")], f"account {NAMED} (prod)"),
    "one without": ([Account(NAMED, "aws")], f"account {NAMED}"),
    "several": (organization(), f"4 accounts: {NAMED} (prod), {NAMELESS}, {CLOSED} (vault), {SHUT}"),
    "none": ([], "no accounts"),
    "many": (
        [Account(f"{number:012}", "aws") for number in range(200)],
        f"200 accounts: {', '.join(f'{number:012}' for number in range(20))}, and 180 more",
    ),
}


@pytest.mark.parametrize(("accounts", "scope"), SCOPES.values(), ids=SCOPES)
def test_the_first_line(text_of, accounts, scope):
    """It says which accounts the report is about, also where there is nothing else to say of them."""
    assert text_of("cli", accounts, quiet=True).splitlines()[0].endswith(f": {scope}")


def test_the_suite_names_all_accounts(text_of):
    """JUnit has them as a property."""
    found = {each.get("name"): each.get("value") for each in xml(text_of("junitxml", organization())).iter("property")}
    counts = "4 users, 1 failed, 1 passed, 1 skipped, 1 not judged"
    named = {f"{NAMED} (prod)": counts, NAMELESS: counts, f"{CLOSED} (vault)": "not judged", SHUT: "not judged"}
    assert "; ".join(f"{account}: {said}" for account, said in named.items()) == found["accounts"]


# What an administrator may have typed, and what is shown of it.
TYPED = {
    "colours": ("\x1b[31mred\x1b[0m", "red"),
    "lines": ("a\r\nb\tc\u2028d\x85e", "a b c d e"),
    "nothing but control": ("\x00\x1b[2J\u202e", ""),
    "direction": ("a\u202eb\u2066c", "a b c"),
    "what XML has no place for": ("a\x00b\x0bc\ufffed\uffffe", "a b c d e"),
    "a lone surrogate": ("a\ud800b", "a b"),
    "markup": ("<b>&amp;\"'x", "<b>&amp;\"'x"),
    "fifty emoji": ("😀" * 50, "😀" * 50),
    "other scripts": ("Straße 株式会社 دار", "Straße 株式会社 دار"),
    "a formula": ("=1+1", "=1+1"),
}


@pytest.mark.parametrize(("typed", "shown"), TYPED.values(), ids=TYPED)
@pytest.mark.parametrize("name", FILE_NAMES)
def test_names_of_any_characters(text_of, name, typed, shown):
    """No name breaks a format, moves a cursor, or turns the direction of what follows."""
    text = text_of(name, organization(typed, typed))
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]", text)
    places = {"json": json_place, "junitxml": junit, "sarif": sarif, "gitlab_sast": gitlab, "cli": cli}
    if name in places:
        assert label(NAMED, shown) == places[name](text, f"arn:aws:iam::{NAMED}:user/failed")
    if name == "csv":
        cell = f"'{shown}" if shown.startswith("=") else shown
        assert label(NAMED, cell) == csv_place(text, f"arn:aws:iam::{NAMED}:user/failed")


def test_markup_in_markdown(text_of):
    """A name ends no cell, and brings in neither a link, an image, code nor HTML."""
    text = text_of("github_failed_only", organization("a|b\\|c ![x](http://e) `d` <img>", ""))
    assert f"{NAMED} (a\\|b\\\\\\|c !\\[x](http://e) \\`d\\` &lt;img>) |" in text


def test_sarif_with_such_names_is_valid(validate_sarif, together):
    """Microsoft's validator has nothing to say against any."""
    logs = [
        build_live_log(LiveReport(organization(typed, typed), (ONE_ACTIVE_KEY,), review=REVIEW))
        for typed, _ in TYPED.values()
    ]
    assert [] == validate_sarif(together(logs))


def test_a_name_changes_no_identity(text_of, tmp_path):
    """GitHub, GitLab, JUnit and baselines know a finding again when its account is renamed."""

    def identities(name):
        accounts = organization(name, name)
        records, missed = records_of(text_of("json", accounts))
        results = json.loads(text_of("sarif", accounts))["runs"][0]
        cases = xml(text_of("junitxml", accounts)).iter("testcase")
        write_baseline([LiveReport(accounts, (ONE_ACTIVE_KEY,), review=REVIEW)], tmp_path / "baseline")
        return (
            [
                (each["resource"], each["file_path"], each["repo_file_path"], each["check_id"])
                for each in records.values()
            ],
            list(missed),
            [(each["partialFingerprints"], each["locations"]) for each in results["results"]],
            results["automationDetails"],
            [vulnerability["id"] for vulnerability in json.loads(text_of("gitlab_sast", accounts))["vulnerabilities"]],
            [(case.get("name"), case.get("classname"), case.get("file")) for case in cases],
            (tmp_path / "baseline").read_text(),
        )

    assert identities("") == identities("prod") == identities("😀|<\x1b[31m")
