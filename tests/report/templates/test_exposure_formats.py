"""A sink that holds a secret, in every format: the key, the argument, the way and what to do, for whoever reads it."""

import json
import re
from xml.etree import ElementTree as ET

import pytest

from checkov_keys.domain.exposures import SecretStep
from checkov_keys.report.destinations import Destinations, Style
from checkov_keys.report.formats.sarif_log import build_template_log
from checkov_keys.report.templates.template_report import build_template_report
from checkov_keys.report.writer import write_templates

RULE, APP = "CKV2_KEYS_5", "aws_lambda_function.app"
SAID = (
    f"{APP} holds the secret of aws_iam_access_key.k0 in plain sight, in environment.v0: "
    f"aws_iam_access_key.k0.secret → local.l1 → local.l2 → {APP}. "
    "Whoever may call lambda:GetFunctionConfiguration sees it."
)
REMEDY = "Keep it in Secrets Manager. Then replace the key: its secret may have been seen."


@pytest.fixture
def infra(tmp_path, monkeypatch):
    """The directory in which the command runs, with the files of the template."""
    folder = tmp_path / "infra"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for name in ("main.tf", "keys.tf", "locals.tf"):
        (folder / name).touch()
    return folder


@pytest.fixture
def report_of(template_report, infra):
    """A report of keys {address: verdict}, and of sinks whose exposures are known."""

    def make(exposures=(), keys=(), verdict="FAILED"):
        path = str(infra / "main.tf")
        sinks = template_report({each.address: verdict for each in exposures}, path=path, rule=RULE)
        reports = [template_report(dict(keys), path=path), sinks]
        return build_template_report(reports, (), (), exposures, users=len(keys), languages=["terraform"])

    return make


@pytest.fixture
def written(tmp_path, capsys):
    """Write a report in one format; returns the text of the file."""

    def write(report, name, **style):
        path = tmp_path / f"out.{name}"
        write_templates(report, Destinations([name], f"{path},"), Style(**style))
        capsys.readouterr()
        return path.read_text()

    return write


def read_run(report):
    return build_template_log(report.reports, report.unjudged)["runs"][0]


def list_locations(flow):
    return [each["location"] for each in flow["threadFlows"][0]["locations"]]


def test_other_rules_have_no_flows(report_of):
    """A key has no way, and a sink of which nothing is known has none either."""
    for report in (report_of(keys={"aws_iam_access_key.a": "FAILED"}.items()), report_of()):
        assert not [name for result in read_run(report)["results"] for name in ("codeFlows",) if name in result]


NOWHERE = {
    "no file": SecretStep("local.x"),
    "no line": SecretStep("local.x", "main.tf", 0),
    "a line before the first": SecretStep("local.x", "main.tf", -1),
    "above the repository": SecretStep("local.x", "../shared.tf", 3),
}


@pytest.mark.parametrize("step", NOWHERE.values(), ids=NOWHERE)
def test_steps_that_are_not_in_the_repository(report_of, exposure_of, infra, step):
    """They have no place in a flow; a way of nothing else is no flow, and no related location."""
    made = exposure_of(APP, infra)
    way = (step._replace(path=str(infra / step.path) if step.path else ""),)
    longer = made.secrets[0]._replace(way=(*way, *made.secrets[0].way))
    (result,) = read_run(report_of([made._replace(secrets=(made.secrets[0]._replace(way=way),))]))["results"]
    assert not {"codeFlows", "relatedLocations"} & result.keys()
    (result,) = read_run(report_of([made._replace(secrets=(longer,))]))["results"]
    assert 4 == len(list_locations(result["codeFlows"][0]))
    assert "keys.tf" == result["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"]


def test_sarif(report_of, exposure_of, infra):
    """The message says all, the key is a related location, and each secret has a flow from the key to the sink."""
    run = read_run(report_of([exposure_of(APP, infra, steps=(4, 2))]))
    (result,) = run["results"]
    assert result["message"]["text"].startswith(f"{APP} holds secrets of access keys in plain sight, in 2 places: ")
    assert [("The access key: aws_iam_access_key.k0.", 7), ("The access key: aws_iam_access_key.k1.", 7)] == [
        (each["message"]["text"], each["physicalLocation"]["region"]["startLine"])
        for each in result["relatedLocations"]
    ]
    first, second = result["codeFlows"]
    assert "The way of the secret of aws_iam_access_key.k0 in environment.v0." == first["message"]["text"]
    assert ["aws_iam_access_key.k0.secret", "local.l1", "local.l2", APP] == [
        each["message"]["text"] for each in list_locations(first)
    ]
    assert ["keys.tf", "locals.tf", "locals.tf", "main.tf"] == [
        each["physicalLocation"]["artifactLocation"]["uri"] for each in list_locations(first)
    ]
    assert 2 == len(list_locations(second))
    (rule,) = (each for each in run["tool"]["driver"]["rules"] if each["id"] == RULE)
    assert ("ExposedSecrets", "error", "high") == (
        rule["name"],
        rule["defaultConfiguration"]["level"],
        rule["properties"]["precision"],
    )


def test_flows_are_bounded(report_of, exposure_of, infra):
    """GitHub shows 1,000 locations of all flows of a result, and 100 related ones: flows are whole or left out."""
    (result,) = read_run(report_of([exposure_of(APP, infra, steps=(5_000,) * 9 + (60, 60) + (2,) * 500)]))["results"]
    lengths = [len(list_locations(flow)) for flow in result["codeFlows"]]
    assert [100] * 9 + [60] + [2] * 20 == lengths
    assert 100 == len(result["relatedLocations"])


def test_fingerprints_do_not_know_the_way(report_of, exposure_of, infra):
    """An alert stays the same while the way and the number of secrets change; another sink is another alert."""

    def fingerprint(address, **made):
        (result,) = read_run(report_of([exposure_of(address, infra, **made)]))["results"]
        return result["partialFingerprints"]

    assert fingerprint(APP) == fingerprint(APP, steps=(9, 9)) == fingerprint(APP, attribute="ses_smtp_password_v4")
    assert fingerprint(APP) != fingerprint("output.x")


def test_sarif_is_valid(report_of, exposure_of, infra, together, validate_sarif):
    """Microsoft's validator has nothing to say against it, whatever the way is."""
    no_way = exposure_of(APP, infra)
    reports = [
        report_of([exposure_of(APP, infra), exposure_of("output.x", infra, steps=(2, 300))]),
        report_of([exposure_of(APP, infra)], verdict="SKIPPED"),
        report_of([no_way._replace(secrets=())], {"aws_iam_access_key.a": "FAILED"}.items()),
        report_of([no_way._replace(secrets=(no_way.secrets[0]._replace(way=(SecretStep("a b"),)),))]),
    ]
    assert [] == validate_sarif(together([build_template_log(each.reports, each.unjudged) for each in reports]))


@pytest.mark.parametrize("style", [{}, {"quiet": True}, {"compact": True}, {"quiet": True, "compact": True}])
def test_json(report_of, exposure_of, infra, written, style):
    """The record has the secrets with their ways, the reason and the remedy, however little else is asked for."""
    data = json.loads(written(report_of([exposure_of(APP, infra)]), "json", **style))
    (record,) = data["results"]["failed_checks"]
    (secret,) = record["exposed_secrets"]
    assert ("aws_iam_access_key.k0", "secret", "environment.v0", 0) == (
        secret["key"],
        secret["attribute"],
        secret["argument"],
        secret["way_omitted"],
    )
    assert {"text": "local.l1", "file": "locals.tf", "line": 1} == secret["way"][1]
    assert (REMEDY, 0) == (record["remedy"], record["exposed_secrets_omitted"])
    assert not {"fix", "iam_user"} & record.keys()
    assert ("code_block" in record and record["code_block"] is None) is bool(style.get("compact"))


def test_text(report_of, exposure_of, infra, written):
    """Eight lines at most for a sink, however many secrets it holds; a skipped one has its reason only."""
    text = written(report_of([exposure_of(APP, infra, steps=(2, 3, 4, 2))]), "cli")
    block = text[text.index("Check: ") :].partition("\n\n")[0]
    assert [
        'Check: CKV2_KEYS_5: "Ensure the secret of an access key is not exposed"',
        f"FAILED for resource: {APP}",
        "File: /main.tf:1-2",
        f"The secret of aws_iam_access_key.k0 in environment.v0: aws_iam_access_key.k0.secret → {APP}",
        f"The secret of aws_iam_access_key.k1 in environment.v1: aws_iam_access_key.k1.secret → local.l1 → {APP}",
        "and 2 more places in it",
        "Whoever may call lambda:GetFunctionConfiguration sees it.",
        "To do: Keep it in Secrets Manager. Then replace the keys: their secrets may have been seen.",
    ] == re.sub(r"\n {10}", " ", block).replace("\n        ", "\n").splitlines()
    assert "1 finding: 0 access keys of 0 users in 0 files judged (terraform)" in text
    skipped = written(report_of([exposure_of(APP, infra)], verdict="SKIPPED"), "cli")
    assert "Skipped: SES needs two" in skipped
    assert "k0" not in skipped


def test_junit(report_of, exposure_of, infra, written):
    """The failure says what is where, and its text what to do."""
    text = written(report_of([exposure_of(APP, infra)]), "junitxml")
    (failure,) = ET.fromstring(text).iter("failure")  # noqa: S314  # this project wrote it
    assert SAID == failure.get("message")
    assert f"main.tf:1-2\n{REMEDY}\nGuide: " in failure.text


def test_markdown(report_of, exposure_of, infra, written):
    """Sinks have a table of their own, since they have neither a user nor other keys; there is none without them."""
    keys = {"aws_iam_access_key.a": "FAILED"}.items()
    (infra / "main.tf").touch()
    text = written(report_of([exposure_of('output.x["|"]', infra)], keys), "github_failed_only")
    of_keys, _, of_sinks = text.partition("### Secrets in plain sight: 1\n")
    assert "| Check ID " in of_keys
    assert "| IAM user " in of_keys
    assert RULE not in of_keys
    assert ["Check ID", "Resource", "Finding", "File", "To do"] == re.findall(r"\w[^|]*\w", of_sinks.split("\n")[1])
    assert 'output.x\\["\\|"]' in of_sinks
    assert REMEDY in of_sinks
    assert "| IAM user " not in written(report_of([exposure_of(APP, infra)]), "github_failed_only")
    assert "plain sight" not in written(report_of(keys=keys), "github_failed_only")


def test_gitlab(report_of, exposure_of, infra, written):
    """The description says what is where, the solution what to do."""
    (found,) = json.loads(written(report_of([exposure_of(APP, infra)]), "gitlab_sast"))["vulnerabilities"]
    assert (SAID, REMEDY) == (found["description"], found["solution"])
