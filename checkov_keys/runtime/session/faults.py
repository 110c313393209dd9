"""What a fault on the way to AWS means, in one line without secrets."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError, CredentialRetrievalError, SSLError
from botocore.parsers import ResponseParserError

from checkov_keys.domain.text import one_line
from checkov_keys.runtime.session.install_command import format_install

if TYPE_CHECKING:
    from collections.abc import Iterator

# What a call can end with: AWS says no; AWS cannot be reached; a file or a prompt of the credential chain fails
# (OSError, EOFError); the answer lacks what it must have, or botocore's parser stumbles over it (the last seven).
CALL_FAULTS = (
    ClientError,
    BotoCoreError,
    OSError,
    EOFError,
    ResponseParserError,
    KeyError,
    TypeError,
    ValueError,
    AttributeError,
    OverflowError,
    # Of a map with an entry that has no key.
    UnboundLocalError,
)

_UNKNOWN_CREDENTIALS = (
    "AWS does not know these credentials: check the profile and the environment, "
    "and --region in GovCloud, China and other partitions"
)
_THROTTLED = "AWS throttles this account: try again later, or raise AWS_MAX_ATTEMPTS"
_EXPIRED = "the credentials have expired: get new ones"
# https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
_DISABLED_REGION = (
    "the account has not enabled this region: see aws account list-regions; or AWS does not know these credentials"
)
_UNREACHABLE = "check the network, the proxy and --endpoint-url"
_BROKEN_SERVER = "try again later; if that does not help, check the proxy and --endpoint-url"
_DENIED = "allow {permission} for it"
_SET_CLOCK = "set it, for example by turning on time synchronization (NTP)"
_WRONG_CLOCK = f"this machine's clock may be wrong: {_SET_CLOCK}"
_OTHER_REGION = "name the bucket's region with --region"
_UNTRUSTED_SERVER = (
    "the server's certificate is not trusted: if a company's proxy opens TLS, name the file of its certificate "
    "authority in AWS_CA_BUNDLE, or as ca_bundle in the profile; else check --endpoint-url"
)
_MINUTES_OF_TWO_HOURS, _HOURS_OF_TWO_DAYS = 120, 48

# https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
# https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccountsForParent.html
_ADVICE = {
    "AWSOrganizationsNotInUseException": "use the credentials of the organization's management account",
    "ParentNotFoundException": "check the id of the organizational unit",
    # IAM Identity Center's "No access", which its reference does not mention.
    "ForbiddenException": "check sso_account_id and sso_role_name of the profile",
    "AccessDenied": _DENIED,
    "AccessDeniedException": _DENIED,
    "UnauthorizedOperation": _DENIED,
    "ExpiredToken": _EXPIRED,
    "ExpiredTokenException": _EXPIRED,
    "RequestExpired": _WRONG_CLOCK,
    "RequestTimeTooSkewed": _WRONG_CLOCK,
    "InvalidClientTokenId": _UNKNOWN_CREDENTIALS,
    "InvalidAccessKeyId": _UNKNOWN_CREDENTIALS,
    "UnrecognizedClientException": _UNKNOWN_CREDENTIALS,
    "AuthFailure": _UNKNOWN_CREDENTIALS,
    "SignatureDoesNotMatch": "the secret does not belong to the key id: check the profile or the environment",
    "Throttling": _THROTTLED,
    "ThrottlingException": _THROTTLED,
    "RequestLimitExceeded": _THROTTLED,
    "TooManyRequestsException": _THROTTLED,
    "SlowDown": _THROTTLED,
    "ServiceUnavailable": "try again later",
    # S3's: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    "NoSuchBucket": "check the name of the bucket",
    "NoSuchKey": "it was deleted meanwhile",
    "InvalidObjectState": "it is archived: restore it first",
    "PermanentRedirect": _OTHER_REGION,
    "AuthorizationHeaderMalformed": _OTHER_REGION,
    # What botocore calls an answer of such a status that does not hold an error of AWS.
    **dict.fromkeys(("500", "502", "503", "504"), _BROKEN_SERVER),
}

# What else a denied action can be for, besides the caller's own policies.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_roles.html
# https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html
_ALSO_DENIED = {
    "sts:AssumeRole": "; the role must exist, trust this identity, and expect this external id or none",
    "organizations:": "; only the management account and delegated administrators may",
    "s3:GetObject": ", and kms:Decrypt if KMS encrypts it; a bucket whose requesters pay cannot be read",
    "s3:ListBucket": "; a bucket whose requesters pay cannot be read",
}

# Service prefixes of the actions that are not IAM's own.
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html
_SERVICES = {
    "AssumeRole": "sts",
    "AssumeRoleWithWebIdentity": "sts",
    "GetCallerIdentity": "sts",
    "ListAccounts": "organizations",
    "ListAccountsForParent": "organizations",
    "ListOrganizationalUnitsForParent": "organizations",
    "GetRoleCredentials": "sso",
    "DescribeStackResources": "cloudformation",
    "ListStackResources": "cloudformation",
    "LookupEvents": "cloudtrail",
    "ListRegions": "account",
    "DescribeRegions": "ec2",
    "ListObjectsV2": "s3",
    "GetObject": "s3",
}
# Actions whose permission has another name.
_PERMISSIONS = {"ListObjectsV2": "ListBucket"}

# Services that know an account's credentials only in the regions that it has enabled.
_REGIONAL = frozenset({"cloudformation", "cloudtrail"})

# The first that an error or one of its causes is. By name, because not every botocore has all of these classes.
_ADVICE_BY_NAME = (
    ("NoCredentialsError", "set a profile with --profile, or the AWS_ environment variables"),
    ("PartialCredentialsError", "complete the profile or the AWS_ environment variables"),
    ("JSONDecodeError", "run the profile's credential_process by hand"),
    ("CredentialRetrievalError", "check the profile; run its credential_process by hand, if it has one"),
    ("ProfileNotFound", "see aws configure list-profiles"),
    ("ConfigParseError", "fix the AWS configuration file"),
    ("ConfigNotFound", "fix the AWS configuration file"),
    ("InvalidConfigError", "fix the AWS configuration file"),
    ("SSOError", "sign in again with aws sso login"),
    ("TokenRetrievalError", "sign in again with aws sso login"),
    ("LoginError", "sign in again with aws login"),
    # A profile of `aws login`, for which botocore needs the extra crt.
    ("MissingDependencyException", f"run {format_install('boto3[crt]')}"),
    ("InvalidRetryConfigurationError", "see AWS_RETRY_MODE, AWS_MAX_ATTEMPTS and the profile"),
    ("InvalidRegionError", "see --region, AWS_DEFAULT_REGION and the profile"),
    ("EOFError", "run it at a terminal, or with what aws configure export-credentials prints"),
    ("SSLError", _UNTRUSTED_SERVER),
    ("HTTPClientError", _UNREACHABLE),
    ("ConnectionError", _UNREACHABLE),
    ("ResponseParserError", _UNREACHABLE),
    ("KeyError", _UNREACHABLE),
    ("LateError", _UNREACHABLE),
    ("OSError", "check the files that the profile and the AWS_ environment variables name"),
    ("BrokenAnswerError", _UNREACHABLE),
    ("ValueError", "check --endpoint-url, AWS_ENDPOINT_URL and AWS_MAX_ATTEMPTS"),
)

# As OpenSSL calls it.
_UNTRUSTED = "CERTIFICATE_VERIFY_FAILED"
# Whose clock is wrong: the time of this machine, and in parentheses that of AWS with the tolerance.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html
_SKEW = re.compile(
    r"Signature (?:expired|not yet current): (\d{8}T\d{6}Z) is .*?(?:\((\d{8}T\d{6}Z) [+-]|$)", re.DOTALL
)
_BASIC_TIME = "%Y%m%dT%H%M%SZ"
_USER_INFO = re.compile(r"(?<=//)[^/\s\"'@]+@")
# AWS repeats the request to a caller whose signature is wrong, with the session token among its headers.
_CANONICAL_STRING = re.compile(r"(?<!\s)\s*The Canonical String for this request should have been.*", re.DOTALL)


def end_at_untrusted_certificate(caught_exception: BaseException | None = None, **_: object) -> None:
    """Raise what a call was ended by if that is a certificate which is not trusted: no further attempt changes it.

    botocore emits needs-retry with it, and would try for many seconds.
    """
    if isinstance(caught_exception, SSLError) and _UNTRUSTED in str(caught_exception):
        raise caught_exception


class BrokenAnswerError(ValueError):
    """AWS's answer can be parsed, but contradicts itself."""


def explained(what: str, error: BaseException) -> str:
    """Return one line that says what failed, why, and what to do."""
    advice = _advice(error)
    return f"{what}: {_cause(error)}" + (f" ({advice})" if advice else "")


def error_code(error: BaseException) -> str:
    """Return AWS's own code of an error, "" if AWS did not answer."""
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, ClientError) else ""


def _cause(error: BaseException) -> str:
    """Return what the error says, without what may be secret."""
    if isinstance(error, (KeyError, TypeError, AttributeError, ResponseParserError, UnboundLocalError)):
        return _broken_answer(error)
    if isinstance(error, json.JSONDecodeError):
        return "the credentials' source does not answer in JSON"
    if isinstance(error, EOFError):
        return "the credentials need an MFA code, and no terminal gave one"
    if isinstance(error, CredentialRetrievalError) and error.kwargs.get("provider") == "custom-process":
        # The rest is what the process wrote, whatever that may be.
        return "the profile's credential_process failed"
    return _without_secrets(str(error))


def _broken_answer(error: BaseException) -> str:
    if isinstance(error, KeyError):
        return f"AWS's answer lacks {_without_secrets(str(error))}"
    if isinstance(error, ResponseParserError):
        # Its message repeats the whole answer.
        return "AWS's answer is not the XML that it should be"
    return f"AWS's answer has an unexpected form: {_without_secrets(str(error))}"


def _without_secrets(text: str) -> str:
    """Return a message in one line, without the signed text and the proxy passwords that it may repeat."""
    text = _USER_INFO.sub("***@", _CANONICAL_STRING.sub("", text))
    return one_line(text)


def _advice(error: BaseException) -> str:
    if isinstance(error, ClientError):
        skew = _SKEW.search(str(error))
        if skew:
            return f"{_describe_skew(skew[1], skew[2])}: {_SET_CLOCK}"
        action = error.operation_name
        service = _SERVICES.get(action, "iam")
        permission = f"{service}:{_PERMISSIONS.get(action, action)}"
        advice = _ADVICE.get(error_code(error), "").format(permission=permission)
        if service in _REGIONAL and advice == _UNKNOWN_CREDENTIALS:
            return _DISABLED_REGION
        if advice.startswith("allow"):
            advice += next((more for prefix, more in _ALSO_DENIED.items() if permission.startswith(prefix)), "")
        return advice
    named = {kind.__name__ for cause in _causes(error) for kind in type(cause).__mro__}
    return next((advice for name, advice in _ADVICE_BY_NAME if name in named), "")


def _describe_skew(ours: str, theirs: str | None) -> str:
    """Return how wrong the clock is, by the time of a signature and the time at which AWS says it saw it."""
    with suppress(ValueError):
        if theirs:
            gap = datetime.strptime(ours, _BASIC_TIME) - datetime.strptime(theirs, _BASIC_TIME)  # noqa: DTZ007  # both UTC
            way = "ahead of" if gap > timedelta(0) else "behind"
            return f"this machine's clock is {_round(abs(gap))} {way} AWS's"
    return "this machine's clock is wrong"


def _round(gap: timedelta) -> str:
    minutes = round(gap.total_seconds() / 60)
    if minutes < _MINUTES_OF_TWO_HOURS:
        return f"{minutes} minute{'' if minutes == 1 else 's'}"
    hours = round(minutes / 60)
    return f"{hours} hours" if hours < _HOURS_OF_TWO_DAYS else f"{round(hours / 24)} days"


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__
