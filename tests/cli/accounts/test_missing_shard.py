"""A shard that nobody gave to `merge` is not judged: in every format, for the exit code, now and later."""

import json
import xml.etree.ElementTree as ET

import pytest
from sharded_organization import ShardedOrganization, drop_times

from checkov_keys.report.destinations import FILE_NAMES

OF, LACKING = 3, 2
HOLE = {"address": "shard 2/3", "reason": "no file of it was given", "account": "", "account_name": "", "rule": ""}
SAID = "shard 2/3: no file of it was given"


@pytest.fixture
def organization(moto_endpoint, tmp_path, monkeypatch, capsys, clean_environment, aws_environment):
    """An organization of three accounts, with credentials of its management account."""
    for name, value in {**clean_environment, **aws_environment, "AWS_ENDPOINT_URL": moto_endpoint}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return ShardedOrganization(moto_endpoint, tmp_path, capsys, accounts=2)


@pytest.fixture
def files(organization):
    """The results and the snapshots of all shards but one."""
    results, snapshots, _ = organization.audit_shards(OF, without=(LACKING,))
    return results, snapshots


def test_results(organization, files):
    """The merged result names it, counts it, and is otherwise what there is."""
    code, out, said = organization.run("merge", *files[0])
    merged = json.loads(out)
    assert (2, f"checkov-keys merge: not judged: {SAID}") == (code, said.splitlines()[1])
    assert HOLE == merged["results"]["unjudged"][-1]
    assert 1 == merged["summary"]["unjudged"]
    assert (None, [{"number": LACKING, "of": OF}]) == (merged["audit"]["shard"], merged["audit"]["missing_shards"])
    for flag in (["--soft-fail"], ["--soft-fail-on", "CRITICAL"]):
        assert 2 == organization.run("merge", *files[0], *flag)[0]


def test_every_missing_shard(organization, files):
    """One of three leaves two."""
    code, out, _ = organization.run("merge", files[0][0])
    assert (2, ["shard 2/3", "shard 3/3"]) == (
        code,
        [each["address"] for each in json.loads(out)["results"]["unjudged"]],
    )


def test_a_snapshot_judged_later(organization, files):
    """The merged snapshot carries the hole: its result is the merged result, byte for byte."""
    assert 2 == organization.run("merge", *files[1], "-o", "merged.json")[0]
    code, judged, _ = organization.run("audit", "--from-snapshot", "merged.json", "-o", "json")
    assert (2, drop_times(organization.run("merge", *files[0])[1])) == (code, drop_times(judged))


@pytest.mark.parametrize("name", FILE_NAMES)
def test_every_format(organization, files, name):
    """Each format names the shard and the reason, and exits with 2."""
    organization.run("merge", *files[1], "-o", "merged.json")
    code, _, _ = organization.run(
        "audit", "--from-snapshot", "merged.json", "-o", name, "--output-file-path", "out", "--soft-fail"
    )
    text = (organization.folder / "out" / FILE_NAMES[name]).read_text()
    assert 2 == code
    assert "shard 2/3" in text
    assert "no file of it was given" in text
    if name == "sarif":
        (invocation,) = json.loads(text)["runs"][0]["invocations"]
        assert not invocation["executionSuccessful"]
    if name == "junitxml":
        assert "1" == ET.fromstring(text.encode()).get("errors")  # noqa: S314  # our own
    if name == "gitlab_sast":
        assert "failure" == json.loads(text)["scan"]["status"]


def test_a_file_of_sarif_for_each_account(organization, files):
    """Each of them says so."""
    organization.run("merge", *files[1], "-o", "merged.json")
    flags = ("-o", "sarif", "--sarif-per-account", "--output-file-path", "out")
    assert 2 == organization.run("audit", "--from-snapshot", "merged.json", *flags)[0]
    logs = list((organization.folder / "out").glob("*.sarif"))
    assert logs
    assert [] == [log.name for log in logs if SAID not in log.read_text()]


def test_plans(organization, files):
    """A plan from a merged snapshot is not complete either."""
    organization.run("merge", *files[1], "-o", "merged.json")
    for output in ("cli", "json"):
        code, out, _ = organization.run("remediate", "--from-snapshot", "merged.json", "-o", output)
        assert (2, True) == (code, "shard 2/3" in out)


def test_merged_again(organization, files):
    """What was merged without a shard is not merged again: the hole could not be filled."""
    for kind in files:
        organization.run("merge", *kind, "-o", "merged.json")
        code, out, said = organization.run("merge", "merged.json", kind[0])
        assert (2, "", 1) == (code, out, len(said.splitlines()))
        assert "merged.json was merged without shard 2/3" in said


def test_the_dashboard_of_shards(organization, files):
    """The page of shards that nobody merged shows what is missing; that of all of them says that all was judged."""
    assert 0 == organization.run("dashboard", *files[0], "-o", "page.html")[0]
    page = (organization.folder / "page.html").read_text()
    assert "shard 2/3" in page
    assert "Everything was judged" not in page
    results, _, _ = organization.audit_shards(OF)
    assert 0 == organization.run("dashboard", *results, "-o", "page.html")[0]
    page = (organization.folder / "page.html").read_text()
    assert "shard 2/3" not in page
    assert "Everything was judged" in page


def test_the_dashboard(organization, files):
    """The page of a merged result shows what is missing."""
    organization.run("merge", *files[0], "-o", "merged.json")
    assert 0 == organization.run("dashboard", "merged.json", "-o", "page.html")[0]
    page = (organization.folder / "page.html").read_text()
    assert "shard 2/3" in page
    assert organization.ids[0] in page
