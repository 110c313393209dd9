"""What a scan of a CloudFormation template says beside its verdicts: the other key of a finding, and its warnings."""

import logging

import pytest
from checkov.cloudformation.runner import Runner
from checkov.common.graph.graph_builder.graph_components.attribute_names import CustomAttributes
from checkov.runner_filter import RunnerFilter

from checkov_keys.domain.rules.one_active_key import ONE_ACTIVE_KEY_IN_TEMPLATES
from checkov_keys.iac.cloudformation.reader import CloudFormationReader
from checkov_keys.iac.host.graph_check import AccessKeyGraphCheck
from checkov_keys.iac.host.registration import register

PARAMETER = "Parameters: {Stage: {Type: String}}\n"
IS_PROD = "Conditions: {IsProd: !Equals [!Ref Stage, prod], IsDev: !Not [!Condition IsProd]}\n"


@pytest.fixture
def runner():
    register()
    return Runner()


@pytest.fixture
def report(runner, tmp_path, caplog):
    """Scan one template; returns Checkov's report."""

    def of(template, resources):
        (tmp_path / "keys.template").write_text(f"{template}Resources:\n{resources}", encoding="utf-8")
        runner_filter = RunnerFilter(framework=["cloudformation"], checks=["CKV2_KEYS_1"])
        with caplog.at_level(logging.WARNING):
            return runner.run(root_folder=str(tmp_path), runner_filter=runner_filter)

    return of


def _said(caplog):
    """What this pack logs; Checkov has its own to say."""
    return [record.getMessage() for record in caplog.records if record.name.startswith("checkov_keys")]


def _key(name, user="ci", condition=None, status="Active"):
    attribute = f", Condition: {condition}" if condition else ""
    return f"  {name}: {{Type: AWS::IAM::AccessKey{attribute}, Properties: {{UserName: {user}, Status: {status}}}}}\n"


def test_the_connected_key_is_one_that_exists_together_with_the_failing_one(runner, report):
    """Checkov's CloudFormation records leave the connected node out, so the check is asked itself."""
    keys = _key("OnlyDev", condition="IsDev") + _key("OnlyProd", condition="IsProd") + _key("Always")
    report(PARAMETER + IS_PROD, keys + _key("Retired", status="Inactive"))
    check = AccessKeyGraphCheck(ONE_ACTIVE_KEY_IN_TEMPLATES, CloudFormationReader())
    _, failed, _ = check.run(runner.graph_manager.get_reader_endpoint())
    nodes = {vertex["block_name_"]: vertex[CustomAttributes.CONNECTED_NODE] for vertex in failed}
    key = "AWS::IAM::AccessKey."
    connected = {name: node[check.reader.key_types]["block_name_"] for name, node in nodes.items()}
    assert {f"{key}Always"} == {connected.pop(f"{key}OnlyDev"), connected.pop(f"{key}OnlyProd")}
    assert connected in ({f"{key}Always": f"{key}OnlyDev"}, {f"{key}Always": f"{key}OnlyProd"})


def test_a_sound_template_warns_of_nothing(report, caplog):
    """Conditions of resources and of policies in a sound template cause no warning."""
    policy = "Condition: {StringEquals: {'aws:RequestedRegion': eu-west-1}}"
    role = (
        "  Role: {Type: AWS::IAM::Role, Properties: {Policies: [{PolicyDocument: {Statement: [{" + policy + "}]}}]}}\n"
    )
    report(PARAMETER + IS_PROD, _key("A", condition="IsProd") + _key("B", condition="IsDev") + role)
    assert [] == _said(caplog)


@pytest.mark.parametrize(
    ("warning", "condition", "conditions"),
    [
        ("Missing is not defined", "Missing", IS_PROD),
        ("Missing is not defined", "'Missing'", ""),
        ("Missing is not defined", "Outer", "Conditions: {Outer: {Condition: Missing}}\n"),
        ("A refers to itself", "A", "Conditions: {A: !And [!Condition B], B: !Not [!Condition A]}\n"),
        ("7 is not defined", "7", IS_PROD),
    ],
)
def test_a_condition_that_cannot_be_built_is_warned_of_once(report, caplog, warning, condition, conditions):
    """One warning names a condition that is missing or circular, however many keys use it."""
    report(PARAMETER + conditions, _key("A", condition=condition) + _key("B", condition=condition))
    assert 1 == sum(message.startswith(f"the condition {warning}, in /") for message in _said(caplog))


def test_more_combinations_than_are_tried_are_warned_of_once_a_user(report, caplog):
    """A user whose keys depend on too many conditions is reported, with one warning that says so."""
    switches = [f"S{number}" for number in range(13)]
    parameters = f"Parameters: {{{', '.join(f'{switch}: {{Type: String}}' for switch in switches)}}}\n"
    conditions = f"Conditions: {{{', '.join(f'{switch}: !Equals [!Ref {switch}, on]' for switch in switches)}}}\n"
    found = report(parameters + conditions, "".join(_key(f"K{switch}", condition=switch) for switch in switches))
    assert 13 == len(found.failed_checks)
    (warning,) = _said(caplog)
    assert warning.startswith("the keys of user ci in /")
    assert "4,096 combinations" in warning


def test_a_way_without_a_user_is_warned_of_beside_the_verdict(report, caplog):
    """A key that has no user under one condition keeps its verdict, and a warning says so."""
    found = report(PARAMETER + IS_PROD, _key("A", user="!If [IsProd, ci, !Ref 'AWS::NoValue']"))
    assert 1 == len(found.passed_checks)
    (warning,) = _said(caplog)
    assert warning.startswith("CKV2_KEYS_1 UNKNOWN for A: it has no UserName that can be read, in /")


def test_long_chains_of_conditions_and_of_names_are_followed_so_far_only(report):
    """Chains of 200 conditions and names end the scan neither in an error nor in a finding."""
    conditions = "".join(f"  C{n}: !Not [!Condition C{n + 1}]\n" for n in range(200))
    users = "".join(
        f"  U{n}: {{Type: AWS::IAM::User, Properties: {{UserName: !Sub '${{U{n + 1}}}-x'}}}}\n" for n in range(200)
    )
    found = report(f"Conditions:\n{conditions}", users + _key("A", user="!Ref U0", condition="C0"))
    assert 1 == len(found.passed_checks)
