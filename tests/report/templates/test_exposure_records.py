"""What a record of an exposed secret says: whose secret, in which argument, by which way, and what to do."""

import json

import pytest
from checkov.common.util.json_utils import CustomJSONEncoder

from checkov_keys.domain.exposures import ExposedSecret, SecretStep
from checkov_keys.domain.templates import KeyEvidence
from checkov_keys.domain.users import Unjudged
from checkov_keys.report.formats.violation import describe_violation
from checkov_keys.report.templates.template_report import build_template_report

RULE, APP = "CKV2_KEYS_5", "aws_lambda_function.app"


@pytest.fixture
def infra(tmp_path, monkeypatch):
    """The directory in which the command runs, with the files of the template."""
    monkeypatch.chdir(tmp_path)
    for name in ("main.tf", "keys.tf", "locals.tf", "other.tf"):
        (tmp_path / name).touch()
    return tmp_path


@pytest.fixture
def explain(template_report, infra):
    """Report sinks {resource: verdict} of a file, of which some exposures are known; returns the records."""

    def make(verdicts, *exposures, file="main.tf", rule=RULE):
        made = template_report(verdicts, path=str(infra / file), rule=rule)
        return [record for _, record in build_template_report([made], (), (), exposures).records]

    return make


# Address and file of a record, and of an exposure that is not its own.
STRANGERS = {
    "another file": ((APP, "other.tf"), (APP, "main.tf")),
    "another resource": ((APP, "main.tf"), ("aws_lambda_function.other", "main.tf")),
    "a longer name": (("aws_lambda_function.my_app", "main.tf"), ("app", "main.tf")),
    "the end of a name": (("output.aws_x", "main.tf"), ("ws_x", "main.tf")),
    "another call of the module": ((f"module.b.{APP}", "main.tf"), (f"module.a.{APP}", "main.tf")),
    "a longer address": ((APP, "main.tf"), (f"module.a.{APP}", "main.tf")),
    "no address": ((APP, "main.tf"), ("", "main.tf")),
}


@pytest.mark.parametrize(("record", "exposure"), STRANGERS.values(), ids=STRANGERS)
def test_exposures_of_others(explain, exposure_of, infra, record, exposure):
    """A record gets nothing of another sink: it says less, but nothing that is wrong."""
    (found,) = explain({record[0]: "FAILED"}, exposure_of(exposure[0], infra, sink_file=exposure[1]), file=record[1])
    assert not hasattr(found, "exposed_secrets")
    assert describe_violation(found) == f"{record[0]} may hold the secret of an access key in plain sight."
    assert "Then replace the key: its secret may have been seen." in found.remedy


OWN = {
    "the same address": (APP, APP),
    "a type before it": ("AWS::Lambda::Function.App", "App"),
    "an output": ("output.creds", "output.creds"),
    "a module before it": (f"module.a.{APP}", APP),
    "an index with dots": (f'module.a["x.y"].{APP}["a.b"]', f'{APP}["a.b"]'),
}


@pytest.mark.parametrize(("resource", "address"), OWN.values(), ids=OWN)
@pytest.mark.parametrize("verdict", ["FAILED", "SKIPPED"])
def test_exposures_of_a_record(explain, exposure_of, infra, resource, address, verdict):
    """The attributes of a sink; there is no user, and no edit that a command writes."""
    (found,) = explain({resource: verdict}, exposure_of(address, infra))
    assert {
        "key": "aws_iam_access_key.k0",
        "attribute": "secret",
        "argument": "environment.v0",
        "way": [
            {"text": "aws_iam_access_key.k0.secret", "file": "keys.tf", "line": 7},
            {"text": "local.l1", "file": "locals.tf", "line": 1},
            {"text": "local.l2", "file": "locals.tf", "line": 2},
            {"text": address, "file": "main.tf", "line": 10},
        ],
        "way_omitted": 0,
    } == found.exposed_secrets[0]
    assert 0 == found.exposed_secrets_omitted
    assert "Whoever may call lambda:GetFunctionConfiguration sees it." == found.exposure_reason
    assert "Keep it in Secrets Manager. Then replace the key: its secret may have been seen." == found.remedy
    assert not [name for name in ("fix", "iam_user", "other_keys") if hasattr(found, name)]


def test_a_module_that_is_called_twice(explain, exposure_of, infra):
    """Each call has its own exposure, though both are in one file; the longest address that fits is the one."""
    calls = [f"module.{name}.{APP}" for name in "ab"]
    exposures = [exposure_of(call, infra, steps=(count,)) for call, count in zip([*calls, APP], (3, 4, 5))]
    records = explain(dict.fromkeys([*calls, APP], "FAILED"), *exposures)
    assert [3, 4, 5] == [len(record.exposed_secrets[0]["way"]) for record in records]


def test_one_sink_that_two_runners_found(explain, exposure_of, infra):
    """Its secrets are joined, each once."""
    found = exposure_of(APP, infra, steps=(2, 3))
    (record,) = explain({APP: "FAILED"}, found, found._replace(secrets=found.secrets[:1]))
    assert 2 == len(record.exposed_secrets)
    assert record.remedy.endswith("Then replace the keys: their secrets may have been seen.")


def test_a_key_of_the_same_address(template_report, exposure_of, infra):
    """Records of other rules keep what they say, and one of this rule gets no user of a key."""
    key, path = "aws_iam_access_key.k0", str(infra / "main.tf")
    reports = [template_report({key: "FAILED"}, path=path, rule=rule) for rule in ("CKV2_KEYS_1", RULE)]
    made = build_template_report(reports, (), [KeyEvidence(key, path, "deployer")], [exposure_of(key, infra)])
    first, second = (record for _, record in made.records)
    assert ("deployer", False) == (first.iam_user, hasattr(first, "exposed_secrets"))
    assert (False, True) == (hasattr(second, "iam_user"), hasattr(second, "exposed_secrets"))


SENTENCES = {
    "two steps": (
        {"steps": (2,)},
        (
            f"{APP} holds the secret of aws_iam_access_key.k0 in plain sight, in environment.v0: "
            f"aws_iam_access_key.k0.secret → {APP}."
        ),
    ),
    "another attribute": (
        {"steps": (2,), "attribute": "ses_smtp_password_v4"},
        (
            f"{APP} holds the ses_smtp_password_v4 of aws_iam_access_key.k0 in plain sight, in environment.v0: "
            f"aws_iam_access_key.k0.ses_smtp_password_v4 → {APP}."
        ),
    ),
    "CloudFormation's attribute": (
        {"steps": (2,), "attribute": "SecretAccessKey"},
        (
            f"{APP} holds the secret of aws_iam_access_key.k0 in plain sight, in environment.v0: "
            f"aws_iam_access_key.k0.SecretAccessKey → {APP}."
        ),
    ),
    "as many steps as are named": ({"steps": (12,)}, f"local.l9 → local.l10 → {APP}."),
    "a step more": (
        {"steps": (13,)},
        "local.l4 → … 3 steps … → local.l8 → local.l9 → local.l10 → local.l11 → aws",
    ),
    "a thousand steps": (
        {"steps": (1_000,)},
        (
            "aws_iam_access_key.k0.secret → local.l1 → local.l2 → local.l3 → local.l4 → … 990 steps … → "
            f"local.l995 → local.l996 → local.l997 → local.l998 → {APP}."
        ),
    ),
    "two secrets": (
        {"steps": (2, 2)},
        (
            f"{APP} holds secrets of access keys in plain sight, in 2 places: "
            f"the secret of aws_iam_access_key.k0 in environment.v0 (aws_iam_access_key.k0.secret → {APP}); "
            f"the secret of aws_iam_access_key.k1 in environment.v1 (aws_iam_access_key.k1.secret → {APP})."
        ),
    ),
    "many secrets": ({"steps": (2,) * 1_007}, f"(aws_iam_access_key.k4.secret → {APP}); and 1,002 more."),
}


@pytest.mark.parametrize(("made", "said"), SENTENCES.values(), ids=SENTENCES)
def test_sentences(explain, exposure_of, infra, made, said):
    """One sentence says what is where, a second one who sees it; neither grows with the template."""
    (record,) = explain({APP: "FAILED"}, exposure_of(APP, infra, **made))
    sentence = describe_violation(record)
    assert said in sentence
    assert sentence.endswith(". Whoever may call lambda:GetFunctionConfiguration sees it.")
    assert len(sentence) < 1_000


def test_bounds(explain, exposure_of, infra):
    """A record of JSON holds so many secrets and steps, and says how many more there are."""
    long = SecretStep("x" * 100_000)
    made = exposure_of(APP, infra, steps=(102, *[2] * 500))
    first = made.secrets[0]
    made = made._replace(secrets=(first._replace(way=(long, *first.way)), *made.secrets[1:]))
    (record,) = explain({APP: "FAILED"}, made)
    assert (100, 401) == (len(record.exposed_secrets), record.exposed_secrets_omitted)
    secret = record.exposed_secrets[0]
    assert (100, 3) == (len(secret["way"]), secret["way_omitted"])
    assert f"{'x' * 300}…" == secret["way"][0]["text"]
    assert ["local.l48", "local.l52"] == [secret["way"][at]["text"] for at in (49, 50)]
    assert len(json.dumps(vars(record), cls=CustomJSONEncoder)) < 100_000


def test_an_address_that_never_ends(explain, exposure_of, infra):
    """Its author may choose an index of a million dots: finding its exposure does not try each of them."""
    resource = f'{APP}["{"." * 1_000_000}"]'
    first, second = explain({resource: "FAILED", f"module.m.{resource}": "FAILED"}, exposure_of(resource, infra))
    assert first.exposed_secrets == second.exposed_secrets


def test_what_an_author_may_write(explain, exposure_of, infra):
    """Names that nobody can see, and places that are not known."""
    hidden, shown = "a\x1b[31m\n\u202e", "a\\u001b[31m\\u000a\\u202e"
    way = (SecretStep(hidden), SecretStep(hidden, str(infra / hidden), 3), SecretStep("up", str(infra.parent / "x"), 1))
    made = exposure_of(APP, infra)._replace(secrets=(ExposedSecret(hidden, hidden, hidden, way),))
    (record,) = explain({APP: "FAILED"}, made)
    (secret,) = record.exposed_secrets
    assert [shown] * 3 == [secret[name] for name in ("key", "attribute", "argument")]
    assert [(shown, "", 0), (shown, shown, 3), ("up", "../x", 1)] == [
        (step["text"], step["file"], step["line"]) for step in secret["way"]
    ]
    assert describe_violation(record).isprintable()


def test_no_way(explain, exposure_of, infra):
    """An exposure without a way, or without secrets, is still a sentence."""
    made = exposure_of(APP, infra)
    (record,) = explain({APP: "FAILED"}, made._replace(secrets=(made.secrets[0]._replace(way=()),)))
    assert "in plain sight, in environment.v0. Whoever" in describe_violation(record)
    (record,) = explain({APP: "FAILED"}, made._replace(secrets=(), instead=""))
    assert describe_violation(record) == f"{APP} may hold the secret of an access key in plain sight."
    assert record.remedy.startswith("Hand the secret to Secrets Manager")


def test_sinks_are_not_access_keys(template_report, infra):
    """The last line counts keys and their files, and not the places of their secrets."""
    path = str(infra / "keys.tf")
    keys = template_report({"aws_iam_access_key.a": "PASSED", "aws_iam_access_key.b": "SKIPPED"}, path=path)
    sinks = template_report({APP: "FAILED", "output.x": "SKIPPED"}, path=str(infra / "main.tf"), rule=RULE)
    made = build_template_report([keys, sinks], [Unjudged("x", "y")], users=1, languages=["terraform"])
    assert "2 access keys of 1 user in 1 file judged (terraform)" == made.describe_clean()
    assert (1, 2) == (made.count("failed"), made.count("skipped"))


COUNTS = {
    "nobody asked": (None, "0 access keys of 0 users in 0 files judged (terraform)"),
    "no key": (0, "the secrets of 0 access keys followed (terraform)"),
    "one": (1, "the secret of 1 access key followed (terraform)"),
    "two": (2, "the secrets of 2 access keys followed (terraform)"),
}


@pytest.mark.parametrize(("followed", "text"), COUNTS.values(), ids=COUNTS)
def test_what_was_followed(followed, text, template_report):
    """If no other rule has judged a key, the last line says how many keys' secrets were followed."""
    sinks = template_report({APP: "FAILED"}, rule=RULE)
    assert text == build_template_report([sinks], followed=followed, languages=["terraform"]).describe_clean()
