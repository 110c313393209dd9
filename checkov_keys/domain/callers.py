"""Who makes a call: an address or an AWS service, and the family of programs that its user agent names.

A user agent is what a program says of itself, so it is a hint and never a proof.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

# https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
# CloudTrail shortens a user agent to one kilobyte.
LONGEST_AGENT = 1024
_LONGEST_NAME = 64
NO_AGENT = "no user agent"
CONSOLE = "AWS console"
# How this program names itself in the calls that it makes.
PROGRAM = "checkov-keys"
# The calls by which it only reads. Whoever gives themselves its name for anything else is a caller as any other.
OWN_CALLS = frozenset(
    (f"{service}.amazonaws.com", name)
    for service, names in {
        "account": ("ListRegions",),
        "cloudformation": ("DescribeStackResources", "ListStackResources"),
        "cloudtrail": ("LookupEvents",),
        "ec2": ("DescribeRegions",),
        "iam": (
            "GenerateCredentialReport",
            "GetAccessKeyLastUsed",
            "GetAccountSummary",
            "GetCredentialReport",
            "GetLoginProfile",
            "ListAccessKeys",
            "ListAccountAliases",
            "ListEntitiesForPolicy",
            "ListPoliciesGrantingServiceAccess",
            "ListUserTags",
            "ListUsers",
        ),
        "organizations": ("ListAccounts", "ListAccountsForParent", "ListOrganizationalUnitsForParent"),
        "s3": ("GetObject", "ListObjects"),
        "sts": ("GetCallerIdentity",),
    }.items()
    for name in names
)

# Where the events of services without regions are, IAM and STS among them, by partition.
# https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html#cloudtrail-concepts-global-service-events
GLOBAL_REGIONS = {"aws": "us-east-1", "aws-us-gov": "us-gov-west-1", "aws-cn": "cn-north-1"}


class Caller(NamedTuple):
    """One caller: `address` (IP address or host name), or `service`, the AWS service that called with the key.

    The other of the two is "", both are if CloudTrail told neither. `family` is what `name_family` says.
    """

    address: str
    service: str
    family: str


class Product(NamedTuple):
    """A row of the table: a product of a user agent (`name/version`), its family, and where its maker writes it.

    `version` is how the version begins, "" for every version.
    """

    name: str
    version: str
    family: str
    link: str


# The first row that a user agent has wins: tools stand before the SDKs on which they are built.
# s3cmd is missing because it sends no user agent, and Serverless before 4.31 because it sends the one of its SDK alone.
PRODUCTS = (
    Product("Pulumi", "", "Pulumi", "https://github.com/pulumi/pulumi-aws-native/tree/master/provider/pkg/provider"),
    Product("OpenTofu", "", "OpenTofu", "https://github.com/opentofu/opentofu/blob/main/internal/httpclient"),
    Product("Terraform", "", "Terraform", "https://github.com/hashicorp/aws-sdk-go-base/blob/main/user_agent.go"),
    Product("terraform-provider-aws", "", "Terraform", "https://github.com/hashicorp/terraform-provider-aws"),
    Product("packer", "", "Packer", "https://github.com/hashicorp/packer-plugin-amazon"),
    Product(
        "Ansible",
        "",
        "Ansible",
        "https://github.com/ansible-collections/amazon.aws/blob/main/plugins/module_utils/botocore.py",
    ),
    Product("serverless-framework", "", "Serverless Framework", "https://github.com/serverless/serverless/pull/13279"),
    Product("aws-chalice", "", "Chalice", "https://github.com/aws/chalice/blob/master/chalice/cli/factory.py"),
    Product("aws-sam-cli", "", "AWS SAM CLI", "https://github.com/aws/aws-sam-cli/tree/develop/samcli/lib/utils"),
    Product("aws-cdk", "", "AWS CDK", "https://github.com/aws/aws-cdk-cli/tree/main/packages/%40aws-cdk/toolkit-lib"),
    Product(
        "configure-aws-credentials-for-github-actions",
        "",
        "GitHub Actions",
        "https://github.com/aws-actions/configure-aws-credentials",
    ),
    Product("amazon-ssm-agent", "", "SSM Agent", "https://github.com/aws/amazon-ssm-agent"),
    Product("CWAgent", "", "CloudWatch agent", "https://github.com/aws/amazon-cloudwatch-agent"),
    Product("aws-fluent-bit-plugin", "", "Fluent Bit", "https://github.com/fluent/fluent-bit/tree/master/src/aws"),
    Product("Hadoop", "", "Hadoop", "https://hadoop.apache.org/docs/stable/hadoop-aws/tools/hadoop-aws/"),
    Product("rclone", "", "rclone", "https://rclone.org/docs/#user-agent-string"),
    Product("Cyberduck", "", "Cyberduck", "https://github.com/iterate-ch/cyberduck"),
    Product("minio-go", "", "MinIO client", "https://github.com/minio/minio-go/blob/master/api.go"),
    Product("aws-cli", "1.", "AWS CLI v1", "https://github.com/aws/aws-cli/blob/develop/awscli/clidriver.py"),
    Product("aws-cli", "2.", "AWS CLI v2", "https://github.com/aws/aws-cli/blob/v2/awscli/clidriver.py"),
    Product("aws-cli", "", "AWS CLI", "https://github.com/aws/aws-cli"),
    Product("AWSPowerShell", "", "AWS Tools for PowerShell", "https://github.com/aws/aws-tools-for-powershell"),
    Product("AWSPowerShell.Common", "", "AWS Tools for PowerShell", "https://github.com/aws/aws-tools-for-powershell"),
    Product("Boto3", "", "boto3", "https://github.com/boto/boto3/blob/develop/boto3/session.py"),
    Product("Botocore", "", "botocore", "https://github.com/boto/botocore/blob/develop/botocore/useragent.py"),
    Product("aiobotocore", "", "botocore", "https://github.com/aio-libs/aiobotocore"),
    Product("Boto", "", "boto 2", "https://github.com/boto/boto/blob/develop/boto/__init__.py"),
    Product("aws-sdk-go-v2", "", "AWS SDK for Go v2", "https://github.com/aws/aws-sdk-go-v2/tree/main/aws/middleware"),
    Product("aws-sdk-go", "", "AWS SDK for Go v1", "https://github.com/aws/aws-sdk-go/tree/main/aws/corehandlers"),
    Product("aws-sdk-java", "1.", "AWS SDK for Java 1.x", "https://github.com/aws/aws-sdk-java"),
    Product("aws-sdk-java", "2.", "AWS SDK for Java 2.x", "https://github.com/aws/aws-sdk-java-v2"),
    Product("aws-sdk-java", "", "AWS SDK for Java", "https://github.com/aws/aws-sdk-java"),
    Product(
        "aws-sdk-nodejs", "", "AWS SDK for JavaScript v2", "https://github.com/aws/aws-sdk-js/blob/master/lib/util.js"
    ),
    Product(
        "aws-sdk-js", "2.", "AWS SDK for JavaScript v2", "https://github.com/aws/aws-sdk-js/blob/master/lib/util.js"
    ),
    Product("aws-sdk-js", "", "AWS SDK for JavaScript v3", "https://github.com/aws/aws-sdk-js-v3"),
    Product("aws-sdk-dotnet-coreclr", "", "AWS SDK for .NET", "https://github.com/aws/aws-sdk-net"),
    Product("aws-sdk-dotnet-45", "", "AWS SDK for .NET", "https://github.com/aws/aws-sdk-net"),
    Product("aws-sdk-dotnet-35", "", "AWS SDK for .NET", "https://github.com/aws/aws-sdk-net"),
    Product("aws-sdk-dotnet-framework", "", "AWS SDK for .NET", "https://github.com/aws/aws-sdk-net"),
    Product(
        "aws-sdk-php",
        "",
        "AWS SDK for PHP",
        "https://github.com/aws/aws-sdk-php/blob/master/src/UserAgentMiddleware.php",
    ),
    Product("aws-sdk-php2", "", "AWS SDK for PHP", "https://github.com/aws/aws-sdk-php"),
    Product(
        "aws-sdk-ruby3", "", "AWS SDK for Ruby", "https://github.com/aws/aws-sdk-ruby/tree/version-3/gems/aws-sdk-core"
    ),
    Product("aws-sdk-ruby2", "", "AWS SDK for Ruby", "https://github.com/aws/aws-sdk-ruby"),
    Product("aws-sdk-rust", "", "AWS SDK for Rust", "https://docs.rs/aws-runtime/latest/aws_runtime/user_agent/"),
    Product("aws-sdk-cpp", "", "AWS SDK for C++", "https://github.com/aws/aws-sdk-cpp"),
    Product("aws-sdk-kotlin", "", "AWS SDK for Kotlin", "https://github.com/awslabs/aws-sdk-kotlin"),
    Product("aws-sdk-swift", "", "AWS SDK for Swift", "https://github.com/awslabs/aws-sdk-swift"),
    Product("Mozilla", "", "browser", "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/User-Agent"),
)
_RANKS: dict[str, list[tuple[int, Product]]] = {}
for _rank, _product in enumerate(PRODUCTS):
    _RANKS.setdefault(_product.name.lower(), []).append((_rank, _product))
# Brackets are around the whole text in records of S3.
_SEPARATORS = re.compile(r"[\s\[\](),;]+")
# "S3Console/0.4, ...", "AWS Console, ...": a service's own console, before the SDK that it is built on.
_OWN_CONSOLE = re.compile(r"\[?(?:\w+ )?\w*Console\b")
_CONSOLE_HOSTS = frozenset(("console.amazonaws.com", "signin.amazonaws.com"))


@lru_cache(maxsize=4096)
def name_family(agent: str) -> str:
    """Return the family of programs that a user agent names.

    That is the family of the first row of PRODUCTS, the console, or else what the text itself begins with: a name of
    at most 64 characters, which may be an AWS service (`lambda.amazonaws.com`).
    """
    text = agent[:LONGEST_AGENT]
    if _OWN_CONSOLE.match(text) or text.strip("[] ") in _CONSOLE_HOSTS:
        return CONSOLE
    tokens = [token for token in _SEPARATORS.split(text) if token]
    if any(token.startswith(f"{PROGRAM}/") for token in tokens):
        return PROGRAM
    found = [row for token in tokens for row in _find_rows(token)]
    if found:
        return min(found)[1].family
    if text.strip("[] ") == "AWS Internal":
        return "AWS Internal"
    return tokens[0].partition("/")[0][:_LONGEST_NAME] or NO_AGENT if tokens else NO_AGENT


def _find_rows(token: str) -> list[tuple[int, Product]]:
    # Newer SDKs may write name#version within metadata; the product itself always has a slash or stands alone.
    name, _, version = token.partition("/")
    return [row for row in _RANKS.get(name.lower(), ()) if version.startswith(row[1].version)]
