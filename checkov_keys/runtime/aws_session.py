"""A session on AWS by botocore's standard credential chain, and clients that share its settings."""

from __future__ import annotations

import logging
import os
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import NoCredentialsError

from checkov_keys.domain.errors import AuditError
from checkov_keys.runtime.aws_faults import CALL_FAULTS, explained

# IAM is global; its endpoint is found by any region of the partition, so one is needed even where none is configured.
_DEFAULT_REGION = "us-east-1"
# Enough for a throttled account, whose calls adaptive retries slow down. With back-off (15 s at most) and the
# timeouts below, an endpoint that drops every packet fails in half a minute, one that never answers in about one.
_ATTEMPTS = 5
_CONNECT_TIMEOUT = 4  # seconds
_READ_TIMEOUT = 10  # seconds


class AwsSession:
    """Clients of one AWS identity, which share credentials and settings.

    `endpoint_url` serves every service, as the AWS CLI's flag does; without it, AWS_ENDPOINT_URL and
    AWS_ENDPOINT_URL_IAM work as in every botocore client:
    https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
    `connections` is how many threads share a client.
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
        # botocore logs what it then raises, with a traceback.
        logging.getLogger("botocore.credentials").setLevel(logging.CRITICAL)
        try:
            self._session = boto3.Session(profile_name=profile, region_name=region)
            if self._session.region_name is None:
                # The credential chain's own calls need a region too.
                self._session = boto3.Session(profile_name=profile, region_name=_DEFAULT_REGION)
            credentials = self._session.get_credentials()
            self._config = Config(
                # One more for the thread that lists the users meanwhile.
                max_pool_connections=connections + 1,
                connect_timeout=_CONNECT_TIMEOUT,
                read_timeout=_READ_TIMEOUT,
                retries=self._retries(),
            )
        except CALL_FAULTS as error:
            raise AuditError(explained("cannot start a session on AWS", error)) from error
        if credentials is None:
            missing = NoCredentialsError()
            raise AuditError(explained("cannot start a session on AWS", missing)) from missing

    @property
    def access_key_id(self) -> str | None:
        """The id of the access key that signs the calls, None where a role's temporary one does.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
        """
        try:
            key = str(self._session.get_credentials().access_key)
        except CALL_FAULTS:
            # Refreshing failed: whatever is asked next says so.
            return None
        return None if key.startswith("ASIA") else key

    def client(self, service: str) -> Any:  # noqa: ANN401  # boto3 makes its clients at run time
        """Return a client of a service; raise AuditError where endpoint, region or settings do not allow one."""
        try:
            return self._session.client(
                service,
                endpoint_url=self._endpoint_url,
                config=self._config,
            )
        except CALL_FAULTS as error:
            raise AuditError(explained(f"cannot make a client of {service}", error)) from error

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
