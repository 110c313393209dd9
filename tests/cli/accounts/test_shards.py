"""Shards of an organization: each account is in one of them, and merged they are what one audit would have found."""

import json

import pytest
from sharded_organization import ShardedOrganization, drop_times

from checkov_keys.runtime.reading import account_choice
from checkov_keys.runtime.reading.organization import Member

OF = 4


@pytest.fixture
def organization(moto_endpoint, tmp_path, monkeypatch, capsys, clean_environment, aws_environment):
    """Such an organization, with credentials of its management account."""
    for name, value in {**clean_environment, **aws_environment, "AWS_ENDPOINT_URL": moto_endpoint}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return ShardedOrganization(moto_endpoint, tmp_path, capsys)


@pytest.mark.parametrize("of", [1, OF, 12])
def test_all_shards_are_the_whole(organization, of):
    """Byte for byte but for times, as JSON and as a snapshot, whatever the order of the files."""
    code, whole, _ = organization.audit("-o", "json", "--save-snapshot", "whole.json")
    results, snapshots, codes = organization.audit_shards(of)
    assert 1 == code == max(codes)
    assert [] == [
        number
        for number in organization.find_shards(of)
        if not json.loads(results[number - 1].read_text())["audit"]["accounts"]
    ]
    code, merged, said = organization.run("merge", *reversed(results))
    assert (1, drop_times(whole)) == (code, drop_times(merged)), said
    code, out, _ = organization.run("merge", *snapshots, "-o", "merged.json")
    assert (0, "") == (code, out)
    merged = (organization.folder / "merged.json").read_text()
    assert drop_times((organization.folder / "whole.json").read_text()) == drop_times(merged)
    assert 0o600 == (organization.folder / "merged.json").stat().st_mode & 0o777
    judged = organization.run("audit", "--from-snapshot", "merged.json", "-o", "json")
    assert (1, drop_times(whole)) == (judged[0], drop_times(judged[1]))


def test_a_result_and_a_snapshot_say_which_shard_they_are(organization):
    """In both files, in the result of the snapshot, and in the text."""
    shard = {"number": 2, "of": OF}
    (result, _), (snapshot, _), _ = organization.audit_shards(OF, without=(1, 4))
    assert shard == json.loads(result.read_text())["audit"]["shard"] == json.loads(snapshot.read_text())["shard"]
    again = organization.run("audit", "--from-snapshot", snapshot, "-o", "json")[1]
    assert shard == json.loads(again)["audit"]["shard"]
    assert f" in shard 2/{OF}\n" in organization.audit("--shard", f"2/{OF}")[1].replace("\n  ", " ")


def test_an_empty_shard(organization):
    """It is judged, and says so; so does its snapshot."""
    number = min(set(range(1, 31)) - organization.find_shards(30))
    code, out, said = organization.audit("--shard", f"{number}/30", "--save-snapshot", "empty.json")
    assert (0, "") == (code, said)
    assert f"no accounts in shard {number}/30" in out
    assert {"number": number, "of": 30} == json.loads((organization.folder / "empty.json").read_text())["shard"]
    assert (0, out) == organization.run("audit", "--from-snapshot", "empty.json")[:2]
    code, out, _ = organization.audit("--shard", f"{number}/30", "-o", "json")
    assert (0, [], {"number": number, "of": 30}) == (
        code,
        json.loads(out)["audit"]["accounts"],
        json.loads(out)["audit"]["shard"],
    )


@pytest.mark.parametrize("name", ["cli", "json", "sarif", "junitxml", "gitlab_sast", "csv", "github_failed_only"])
def test_an_empty_shard_in_every_format(organization, name):
    """No format breaks at it."""
    number = min(set(range(1, 31)) - organization.find_shards(30))
    code, _, said = organization.audit("--shard", f"{number}/30", "-o", name)
    assert (0, "Wrote results.sarif\n" if name == "sarif" else "") == (code, said)


def test_accounts_by_other_flags(organization):
    """Shards are of accounts that are chosen in any way, less those that are left out."""
    one, two, three = organization.ids[1:4]
    found = []
    for number in range(1, 4):
        flags = ("--accounts", f"{one},{two},{three}", "--exclude-accounts", two, "--shard", f"{number}/3")
        out = organization.run("audit", *flags, "-o", "json")[1]
        found += [each["id"] for each in json.loads(out)["audit"]["accounts"]]
    assert sorted([one, three]) == sorted(found)


def test_remediate(organization):
    """Plans are made by the shard, too: every violating user is in one of them."""
    whole = json.loads(organization.run("remediate", "--organization", "-o", "json")[1])
    parts = []
    for number in range(1, OF + 1):
        flags = ("--organization", "--shard", f"{number}/{OF}", "-o", "json")
        parts.append(json.loads(organization.run("remediate", *flags)[1]))
    (name,) = [name for name, value in whole.items() if isinstance(value, list) and value]
    assert sorted(map(str, whole[name])) == sorted(str(each) for part in parts for each in part[name])


def test_what_aws_names_by_an_id_that_is_none(organization, monkeypatch):
    """It is in exactly one shard, with the reason."""
    listed = account_choice.organization_members

    def with_broken(session, units):
        return [*listed(session, units), *(Member(f"odd {n}", "", problem="no id") for n in range(5))]

    monkeypatch.setattr(account_choice, "organization_members", with_broken)
    results, _, codes = organization.audit_shards(OF)
    assert 2 in codes
    unjudged = [each for file in results for each in json.loads(file.read_text())["results"]["unjudged"]]
    assert [f"odd {n}" for n in range(5)] == sorted(each["account"] for each in unjudged)
    assert drop_times(organization.audit("-o", "json", "--save-snapshot", "all.snapshot")[1]) == drop_times(
        organization.run("merge", *results)[1]
    )


REFUSED = {
    "not a shard": (["--organization", "--shard", "0/10"], "'0/10': expected K/N"),
    "more than there may be": (["--organization", "--shard", "1/1001"], "N from 1 to 1000"),
    "one account": (["--shard", "1/10"], "--shard is a part of several accounts"),
    "only accounts left out": (["--shard", "1/10", "--exclude-accounts", "111111111111"], "a part of several"),
    "a snapshot": (["--from-snapshot", "x", "--shard", "1/10"], "leave out --shard"),
}


@pytest.mark.parametrize("command", ["audit", "remediate"])
@pytest.mark.parametrize(("flags", "reason"), REFUSED.values(), ids=REFUSED)
def test_refused(organization, command, flags, reason):
    """One clear line, and exit code 2, before AWS is asked anything."""
    code, out, said = organization.run(command, *flags)
    assert (2, "", 1) == (code, out, len(said.splitlines()))
    assert reason in said


def test_templates(organization):
    """Templates declare users of accounts that are in other shards."""
    code, _, said = organization.audit("--shard", "1/2", "-d", ".")
    assert (2, 1) == (code, len(said.splitlines()))
    assert "merge the snapshots of all shards" in said


def test_the_working_directory_may_not_set_it(organization):
    """A checkout cannot have accounts left out."""
    (organization.folder / ".checkov.yaml").write_text("shard: 1/10\n")
    code, out, said = organization.audit("-o", "json")
    assert (1, None) == (code, json.loads(out)["audit"]["shard"])
    assert "ignored shard" in said


def test_exemptions_of_other_shards_are_not_idle(organization):
    """Who is exempted may be in another shard: nothing is said of it."""
    (organization.folder / "exemptions.yaml").write_text(
        f"- arn: arn:aws:iam::{organization.ids[1]}:user/alice\n  reason: r\n"
    )
    said = [organization.audit("--shard", f"{n}/{OF}", "--exemptions", "exemptions.yaml")[2] for n in range(1, OF + 1)]
    assert [""] * OF == said
