"""A session on AWS by the standard credential chain, and what its faults mean to a reader."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError, NoCredentialsError  # noqa: A004

from checkov_keys.domain.errors import AuditError

if TYPE_CHECKING:
    from collections.abc import Iterator

# IAM is global; its endpoint is found by any region of the partition, so one is needed even where none is configured.
_DEFAULT_REGION = "us-east-1"
# Enough for a throttled account, whose calls adaptive retries slow down; more makes a dead endpoint take a minute.
_ATTEMPTS = 6
_CONNECT_TIMEOUT = 5
_READ_TIMEOUT = 20

# https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
_ADVICE = {
    "AccessDenied": "allow {permission} for it",
    "AccessDeniedException": "allow {permission} for it",
    "UnauthorizedOperation": "allow {permission} for it",
    "ExpiredToken": "the credentials have expired: get new ones",
    "ExpiredTokenException": "the credentials have expired: get new ones",
    "RequestExpired": "check this machine's clock",
    "InvalidClientTokenId": "AWS does not know these credentials: check the profile or the environment",
    "UnrecognizedClientException": "AWS does not know these credentials: check the profile or the environment",
    "SignatureDoesNotMatch": "the secret does not belong to the key id: check the profile or the environment",
    "AuthFailure": "AWS does not accept these credentials: check the profile or the environment",
    "Throttling": "AWS throttles this account: try again later",
    "ThrottlingException": "AWS throttles this account: try again later",
    "RequestLimitExceeded": "AWS throttles this account: try again later",
    "ServiceUnavailable": "try again later",
}


class AwsSession:
    """Clients of one AWS identity, which share credentials and settings.

    `endpoint_url` serves every service, as the AWS CLI's flag does; AWS_ENDPOINT_URL works without it.
    """

    def __init__(
        self,
        *,
        profile: str | None = None,
        region: str | None = None,
        endpoint_url: str | None = None,
        connections: int = 10,
    ) -> None:
        """Resolve the credentials; raise AuditError where there are none or the configuration cannot be read."""
        self._endpoint_url = endpoint_url
        try:
            self._session = boto3.Session(profile_name=profile, region_name=region)
            credentials = self._session.get_credentials()
            self._config = Config(
                max_pool_connections=connections,
                connect_timeout=_CONNECT_TIMEOUT,
                read_timeout=_READ_TIMEOUT,
                retries=self._retries(),
            )
        except (BotoCoreError, ValueError, OSError) as error:
            raise AuditError(explained("cannot start a session on AWS", error)) from error
        if credentials is None:
            raise AuditError(explained("cannot start a session on AWS", NoCredentialsError()))

    def client(self, service: str) -> Any:  # noqa: ANN401  # boto3 makes its clients at run time
        """Return a client of a service; raise AuditError where it cannot be made."""
        try:
            return self._session.client(
                service,
                region_name=self._session.region_name or _DEFAULT_REGION,
                endpoint_url=self._endpoint_url,
                config=self._config,
            )
        except (BotoCoreError, ValueError) as error:
            raise AuditError(explained(f"cannot reach {service}", error)) from error

    def _retries(self) -> dict[str, Any]:
        """Return the retry settings that neither the environment nor the profile sets.

        https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
        """
        profile = self._session._session.get_scoped_config()  # noqa: SLF001  # boto3 shows its profile nowhere else
        settings: dict[str, Any] = {}
        if "AWS_RETRY_MODE" not in os.environ and "retry_mode" not in profile:
            settings["mode"] = "adaptive"
        if "AWS_MAX_ATTEMPTS" not in os.environ and "max_attempts" not in profile:
            settings["total_max_attempts"] = _ATTEMPTS
        return settings


def explained(what: str, error: BaseException, permission: str = "") -> str:
    """Return one line that says what failed, why, and what to do; `permission` is the IAM action that was needed."""
    code = error_code(error)
    advice = _ADVICE.get(code, "").format(permission=permission) or _advice_without_code(error)
    cause = " ".join(str(error).split())
    return f"{what}: {cause}" + (f" ({advice})" if advice else "")


def error_code(error: BaseException) -> str:
    """Return AWS's own code of an error, "" where AWS did not answer."""
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, ClientError) else ""


def _advice_without_code(error: BaseException) -> str:
    named = {type(cause).__name__ for cause in _causes(error)}
    if named & {"NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError"}:
        return "set a profile with --profile, or the AWS_ environment variables"
    if "ProfileNotFound" in named:
        return "see aws configure list-profiles"
    if named & {"ConfigParseError", "ConfigNotFound"}:
        return "mend the AWS configuration file"
    if named & {"SSOTokenLoadError", "UnauthorizedSSOTokenError", "TokenRetrievalError", "SSOError"}:
        return "sign in again with aws sso login"
    if isinstance(error, (HTTPClientError, ConnectionError)):
        return "check the network, the proxy and --endpoint-url"
    return ""


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__
