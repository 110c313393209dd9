"""One odd file does not blank a language: it is named, and the others are judged."""

import json

import pytest

KEY = "apiVersion: iam.aws.upbound.io/v1beta1\nkind: AccessKey\n"
ANSIBLE = "- hosts: all\n  tasks:\n    - name: {0}\n      amazon.aws.iam_access_key: {{user_name: u}}\n"
ANSIBLE += "    - name: {0} again\n      amazon.aws.iam_access_key: {{user_name: u}}\n"
CLOUDFORMATION = "Resources:\n" + "".join(
    f"  {name}:\n    Type: AWS::IAM::AccessKey\n    Properties: {{UserName: u}}\n" for name in "AB"
)
TYPE = "Type: AWS::IAM::AccessKey"
# Files at which Checkov's runners break, and one or more that have two keys of a user.
LANGUAGES = {
    "ansible": (
        {"good.yml": ANSIBLE.format("one"), "z/good.yml": ANSIBLE.format("two")},
        {
            "number.yml": "- name: iam_access_key\n- 3\n",
            "null.yml": "- name: iam_access_key\n- null\n",
        },
    ),
    "kubernetes": (
        {
            "good.yaml": "---\n".join(
                f"{KEY}metadata: {{name: {name}}}\nspec: {{forProvider: {{user: u}}}}\n" for name in "ab"
            )
        },
        {
            "annotation.yaml": f"{KEY}metadata: {{name: a, annotations: {{checkov.io/skip1: 3}}}}\n",
            "labels.yaml": f"{KEY}metadata: {{name: a, labels: [x]}}\nspec: [a]\n",
            "list.yaml": "apiVersion: iam.aws.upbound.io/v1beta1\nkind: List\nitems: AccessKey\n",
            "metadata.yaml": f"{KEY}metadata: [a]\n",
        },
    ),
    "cloudformation": (
        {"good.yaml": CLOUDFORMATION, "z/good.yaml": CLOUDFORMATION},
        {
            "mapping.yaml": f"Mappings: 3\nResources:\n A: {{{TYPE}, Properties: {{UserName: !FindInMap [a,b,c]}}}}\n",
            "metadata.yaml": f"Resources:\n  A: {{{TYPE}, Metadata: {{checkov: {{skip: x}}}}}}\n",
            "list.yaml": f"Resources:\n  A: {{{TYPE}, Metadata: {{checkov: [1]}}}}\n",
            "type.yaml": "Resources:\n  A: {Type: [AWS::IAM::AccessKey]}\n",
        },
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_odd_files(run_command, write_files, language):
    """Each is named with what Checkov breaks at, exit code 2, and the keys of the others fail."""
    good, odd = LANGUAGES[language]
    write_files({**good, **odd}, run_command.folder)
    done = run_command("checkov-keys", "scan", "-d", ".", "--framework", language, "-o", "json")
    results = json.loads(done.stdout)["results"]
    assert (2, 2 * len(good)) == (done.returncode, len(results["failed_checks"])), done.stderr
    named = {each["address"]: each["reason"] for each in results["unjudged"]}
    assert sorted(odd) == sorted(address.removeprefix("./") for address in named)
    assert all(reason.startswith("Checkov's runner broke at it: ") for reason in named.values())


def test_an_odd_file_among_named_ones(run_command, write_files):
    """The same holds for files that are named, and for one that is alone."""
    good, odd = LANGUAGES["ansible"]
    write_files({**good, **odd}, run_command.folder)
    done = run_command("checkov-keys", "scan", "-f", "good.yml", "null.yml", "-o", "json")
    assert (2, 2) == (done.returncode, json.loads(done.stdout)["summary"]["failed"]), done.stderr
    alone = run_command("checkov-keys", "scan", "-f", "null.yml")
    assert 2 == alone.returncode
    assert "Not judged: null.yml: Checkov's runner broke at it: " in alone.stdout
