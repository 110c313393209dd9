"""Who calls: the family of programs that a user agent names."""

import pytest

from checkov_keys.domain.callers import CONSOLE, NO_AGENT, PRODUCTS, PROGRAM, name_family

TERRAFORM = (
    "APN/1.0 HashiCorp/1.0 Terraform/1.1.2 (+https://www.terraform.io) terraform-provider-aws/3.76.1 "
    "(+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go/1.44.157 (go1.19.3; linux; amd64)"
)
AGENTS = {
    "no text": ("", NO_AGENT),
    "blank": ("  ", NO_AGENT),
    "brackets around nothing": ("[]", NO_AGENT),
    "a slash alone": ("/", NO_AGENT),
    "a product that nobody knows": ("backup-job/2.1 (linux)", "backup-job"),
    "a name without a version": ("backup-job", "backup-job"),
    "a name that only begins like a known one": ("Terraformer/0.8", "Terraformer"),
    "a name that only ends like a known one": ("my-aws-cli/2.1", "my-aws-cli"),
    "a known name that is only mentioned": ("job/1 note=Boto3/1.2", "job"),
    "a long name is cut": ("x" * 5000, "x" * 64),
    "an AWS service": ("lambda.amazonaws.com", "lambda.amazonaws.com"),
    "AWS itself": ("AWS Internal", "AWS Internal"),
    "CloudFormation": ("cloudformation.amazonaws.com", "cloudformation.amazonaws.com"),
    "the console": ("console.amazonaws.com", CONSOLE),
    "signing in": ("signin.amazonaws.com", CONSOLE),
    "the console of S3, in brackets": ("[S3Console/0.4, aws-internal/3 aws-sdk-java/1.12.488 Linux/5.10]", CONSOLE),
    "the console of RDS": ("RDS Console, aws-internal/3 aws-sdk-java/1.11.975", CONSOLE),
    "the console of older records": ("AWS Console, aws-sdk-java/unknown-version", CONSOLE),
    "a browser": ("Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:102.0) Gecko/20100101", "browser"),
    "Terraform, not the SDK below it": (TERRAFORM, "Terraform"),
    "the same in brackets": (f"[{TERRAFORM}]", "Terraform"),
    "its provider alone": ("terraform-provider-aws/5.1 aws-sdk-go-v2/1.2", "Terraform"),
    "Pulumi": ("APN/1.0 Pulumi/1.0 PulumiAwsNative/1.12 aws-sdk-go-v2/1.26", "Pulumi"),
    "this program": ("Boto3/1.35.49 md/Botocore#1.35.49 ua/2.0 checkov-keys/0.1.0", PROGRAM),
    "a program with a longer name": ("checkov-keys-mirror/1", "checkov-keys-mirror"),
    "Ansible": ("Boto3/1.26 Python/3.10 Botocore/1.29 Ansible/2.15", "Ansible"),
    "Serverless": ("aws-sdk-js/3.966.0 ua/2.1 lang/js m/E,T serverless-framework/4.31.0", "Serverless Framework"),
    "Chalice": ("aws-chalice/1.29 Python/3.9 Botocore/1.29", "Chalice"),
    "boto3 of old": ("Boto3/1.26.165 Python/3.10.6 Linux/5.19.0-46-generic Botocore/1.29.165", "boto3"),
    "boto3 of today": ("Boto3/1.34 md/Botocore#1.34 ua/2.0 os/linux#5 lang/python#3.10 cfg/retry-mode#legacy", "boto3"),
    "botocore alone": ("Botocore/1.34 ua/2.0 os/linux", "botocore"),
    "AWS CLI v1": ("aws-cli/1.16.192 Python/2.7.10 Darwin/18.7.0 botocore/1.12.182", "AWS CLI v1"),
    "AWS CLI v2": ("aws-cli/2.15.30 Python/3.11.8 exe/x86_64 prompt/off command/s3.ls", "AWS CLI v2"),
    "AWS CLI of another version": ("aws-cli/3.0", "AWS CLI"),
    "another case": ("AWS-CLI/2.15.30", "AWS CLI v2"),
    "Go v1": ("aws-sdk-go/1.41.4 (go1.18.3; linux; amd64)", "AWS SDK for Go v1"),
    "Go v2": ("aws-sdk-go-v2/1.17.0 os/linux lang/go/1.18.10 api/sts/1.16.19", "AWS SDK for Go v2"),
    "Java 1": ("aws-sdk-java/1.12.488 Linux/5.10 OpenJDK_64-Bit_Server_VM/25.372", "AWS SDK for Java 1.x"),
    "Java 2": ("aws-sdk-java/2.20.26 Linux/5.10 Java/17", "AWS SDK for Java 2.x"),
    "Hadoop, not Java": ("Hadoop 3.3.4, aws-sdk-java/1.12.262", "Hadoop"),
    "JavaScript v2": ("aws-sdk-nodejs/2.804.0 linux/v12.20.1", "AWS SDK for JavaScript v2"),
    "JavaScript v3": ("aws-sdk-js/3.958.0 ua/2.1 os/linux", "AWS SDK for JavaScript v3"),
    ".NET": ("aws-sdk-dotnet-coreclr/3.7.305.28 ua/2.0 os/windows#10", "AWS SDK for .NET"),
    "PHP": ("aws-sdk-php/3.300 ua/2.1 OS/Linux#5.15 lang/php#8.2", "AWS SDK for PHP"),
    "Ruby": ("aws-sdk-ruby3/3.190 ua/2.1 api/s3#1.1", "AWS SDK for Ruby"),
    "Rust": ("aws-sdk-rust/1.1 os/linux lang/rust/1.75", "AWS SDK for Rust"),
    "rclone": ("rclone/v1.65.0", "rclone"),
    "Cyberduck": ("Cyberduck/7.1.1.31577 (Mac OS X/10.14.6) (x86_64)", "Cyberduck"),
    "MinIO's client": ("MinIO (linux; amd64) minio-go/v7.0.66 mc/2024", "MinIO client"),
    "PowerShell": ("AWSPowerShell.Common/4.1.90.0 .NET_Core/6.0.5", "AWS Tools for PowerShell"),
    "malformed: escapes and a null": ("\x1b[31mred\0", "\x1b"),
    "malformed: a lone surrogate": ("\ud800/1", "\ud800"),
}


@pytest.mark.parametrize(("agent", "family"), AGENTS.values(), ids=AGENTS)
def test_families(agent, family):
    """The most specific product of a user agent decides; without one, its own name."""
    assert family == name_family(agent)


def test_every_row_is_found_and_has_its_source():
    """No row of the table hides behind another, and each says where its maker writes the user agent."""
    for row in PRODUCTS:
        assert row.family == name_family(f"{row.name}/{row.version or '9.9'}"), row
        assert row.link.startswith("https://"), row


def test_a_very_long_agent_takes_no_time():
    """CloudTrail shortens a user agent; what is longer than that is not read."""
    assert "a" == name_family("a " + "b/1 " * 5_000_000)
