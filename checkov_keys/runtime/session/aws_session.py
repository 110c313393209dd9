"""A session on AWS by botocore's standard credential chain, and clients that share its settings."""

from __future__ import annotations

import copy
import logging
import os
import threading
from datetime import datetime, timezone
from functools import partial
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.credentials import CredentialProvider, CredentialResolver, DeferredRefreshableCredentials
from botocore.exceptions import NoCredentialsError

from checkov_keys import __version__
from checkov_keys.domain.callers import PROGRAM
from checkov_keys.domain.errors import AuditError
from checkov_keys.runtime.session.answers import check_raw_answers, parse_timestamp
from checkov_keys.runtime.session.error_pages import blank_error_page
from checkov_keys.runtime.session.faults import (
    CALL_FAULTS,
    BrokenAnswerError,
    end_at_untrusted_certificate,
    explained,
)
from checkov_keys.runtime.session.login_profiles import find_credentials
from checkov_keys.runtime.session.mfa_prompt import ask_at_terminal
from checkov_keys.runtime.session.pace import MOST, Pace
from checkov_keys.runtime.session.quick_calls import name_caller, resolve_endpoint_of_bucket, resolve_endpoint_once
from checkov_keys.runtime.session.signing_keys import Signers, find_signers
from checkov_keys.runtime.session.throttling import try_again_later

if TYPE_CHECKING:
    from checkov_keys.runtime.session.roles import Role

# IAM is global; its endpoint is found by any region of the partition, so one is needed even if none is configured.
_DEFAULT_REGION = "us-east-1"
# With back-off (15 s at most) and the timeouts below, an endpoint that drops every packet fails in half a minute, one
# that never answers in about one.
_ATTEMPTS = 5
_CONNECT_TIMEOUT = 4  # seconds
_READ_TIMEOUT = 10  # seconds


class AwsSession:
    """Clients of one AWS identity, which share credentials and settings.

    `endpoint_url` serves every service, as the AWS CLI's flag does; without it, AWS_ENDPOINT_URL and
    AWS_ENDPOINT_URL_IAM work as in every botocore client:
    https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
    `connections` is how many threads share a client. Threads may share a session. Its `region` is the one given, else
    the one of environment or profile, None if neither names one. `caller` is the ARN of its identity once AWS has told
    it, else "". `pace` is how many calls of IAM its account bears at once, by what AWS has answered to its client.
    """

    def __init__(
        self,
        *,
        profile: str | None = None,
        region: str | None = None,
        endpoint_url: str | None = None,
        connections: int = MOST,
    ) -> None:
        """Resolve the credentials; raise AuditError if there are none or the configuration cannot be read."""
        self._endpoint_url = endpoint_url
        self._profile = profile
        self.caller = ""
        self._signers: Signers | None = None
        self._signers_lock = threading.Lock()
        # botocore logs what it then raises, with a traceback.
        for name in ("botocore.credentials", "botocore.tokens"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        try:
            core = self._core()
            self.region: str | None = region or core.get_config_variable("region")
            self._begin(core)
            self._loader = core.get_component("data_loader")
            # botocore offers no way to set a prompter.
            core.get_component("credential_provider").get_provider("assume-role")._prompter = ask_at_terminal  # noqa: SLF001
            credentials = find_credentials(core)
            self._config = Config(
                # One more for the thread that lists the users meanwhile.
                max_pool_connections=connections + 1,
                connect_timeout=_CONNECT_TIMEOUT,
                read_timeout=_READ_TIMEOUT,
                # What is asked comes from AWS's own answers, or has been checked before.
                parameter_validation=False,
                retries=_retries(core),
                user_agent=name_caller(core),
                # By which `usage` knows the calls of this program again, in CloudTrail.
                user_agent_extra=f"{PROGRAM}/{__version__}",
            )
        except CALL_FAULTS as error:
            raise AuditError(explained("cannot start a session on AWS", error)) from error
        if credentials is None:
            missing = NoCredentialsError()
            raise AuditError(explained("cannot start a session on AWS", missing)) from missing

    @property
    def signers(self) -> Signers:
        """Whose access keys sign the calls, or may: those of the credentials that the first role was assumed with.

        For temporary credentials, AWS is asked once whose they are.
        """
        with self._signers_lock:
            if self._signers is None:
                self._signers = find_signers(self._session._session, self._ask_identity)  # noqa: SLF001  # botocore's
            return self._signers

    def sign_in(self) -> None:
        """Get the credentials now, which may ask for a code at the terminal; raise AuditError if that fails."""
        try:
            self._session.get_credentials().get_frozen_credentials()
        except CALL_FAULTS as error:
            raise AuditError(explained("cannot get the credentials", error)) from error

    def client(self, service: str, region: str | None = None) -> Any:  # noqa: ANN401  # boto3 makes it at run time
        """Return the client of a service, in the session's region if no other is given.

        Raises AuditError if endpoint, region or settings do not allow one.
        """
        try:
            with self._lock:
                if (service, region) not in self._clients:
                    client = self._session.client(
                        service, region_name=region, endpoint_url=self._endpoint_url, config=self._config
                    )
                    self._prepare(client)
                    self._clients[service, region] = client
                return self._clients[service, region]
        except CALL_FAULTS as error:
            where = f"{service} in {region}" if region else service
            raise AuditError(explained(f"cannot make a client of {where}", error)) from error

    def close(self) -> None:
        """Close the connections of all clients, and forget them; this session is not used any more."""
        with self._lock:
            clients = list(self._clients.values())
            self._clients.clear()
        for client in clients:
            client.close()

    def knows(self, service: str, region: str) -> bool:
        """Tell whether this release of botocore knows a region of a service; there may be newer ones."""
        with self._lock:
            partitions = self._session.get_available_partitions()
            return any(region in self._session.get_available_regions(service, each) for each in partitions)

    def list_regions(self, service: str, beside: str) -> list[str]:
        """Return the regions of a service that this release of botocore knows in the partition of one region.

        That is the partition of aws if it does not know that region.
        """
        with self._lock:
            for partition in self._session.get_available_partitions():
                regions = self._session.get_available_regions(service, partition)
                if beside in regions:
                    return list(regions)
            return list(self._session.get_available_regions(service))

    def for_role(self, role: Role) -> AwsSession:
        """Return a session with the same settings for a role that this session's identity assumes.

        Its credentials last an hour and renew themselves, as long as those of this session are valid. Raises
        AuditError, which names the role, if it cannot be assumed.
        https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
        """
        credentials = DeferredRefreshableCredentials(partial(_assume, self.client("sts"), role), "assume-role")
        try:
            credentials.get_frozen_credentials()
            core = self._core()
        except CALL_FAULTS as error:
            raise AuditError(explained(f"cannot assume role {role.arn}", error)) from error
        core.register_component("credential_provider", CredentialResolver([_Given(credentials)]))
        entered = copy.copy(self)
        entered.caller = ""
        # Whoever signs for the role signs for what it does.
        entered._signers = self.signers  # noqa: SLF001  # of its own class
        entered._begin(core)  # noqa: SLF001  # of its own class
        # Each session would read the same megabytes of service models again.
        core.register_component("data_loader", self._loader)
        return entered

    def _ask_identity(self, credentials: Any) -> str:  # noqa: ANN401  # botocore is untyped
        """Return the ARN of the identity of credentials, whatever this session's own are."""
        sts = self._session.client(
            "sts",
            endpoint_url=self._endpoint_url,
            config=self._config,
            aws_access_key_id=credentials.access_key,
            aws_secret_access_key=credentials.secret_key,
            aws_session_token=credentials.token,
        )
        return str(sts.get_caller_identity()["Arn"])

    def _core(self) -> botocore.session.Session:
        """Return a session of botocore with the profile's settings."""
        core = botocore.session.get_session()
        if self._profile is not None:
            core.set_config_variable("profile", self._profile)
        # botocore's own parser takes a tenth of the time of a call.
        core.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=parse_timestamp)
        if not _is_set(core, "AWS_STS_REGIONAL_ENDPOINTS", "sts_regional_endpoints"):
            # Older releases of botocore ask one endpoint in us-east-1 for all regions.
            # https://docs.aws.amazon.com/sdkref/latest/guide/feature-sts-regionalized-endpoints.html
            core.set_config_variable("sts_regional_endpoints", "regional")
        core.register("needs-retry", end_at_untrusted_certificate)
        core.register("before-parse", blank_error_page)
        if len(_retries(core)) > 1:
            core.register("needs-retry", try_again_later)
        return core

    def _begin(self, core: botocore.session.Session) -> None:
        # The credential chain's own calls need a region too.
        self._session = boto3.Session(botocore_session=core, region_name=self.region or _DEFAULT_REGION)
        # boto3's sessions are not for several threads at once, its clients are.
        self._lock = threading.Lock()
        self._clients: dict[tuple[str, str | None], Any] = {}
        self.pace = Pace()

    def _prepare(self, client: Any) -> None:  # noqa: ANN401
        service = client.meta.service_model.service_id.hyphenize()
        check_raw_answers(client.meta.events, service)
        if service == "iam":
            client.meta.events.register("needs-retry.iam", self.pace.note)
            resolve_endpoint_once(client)
        elif service == "s3":
            resolve_endpoint_of_bucket(client)


class _Given(CredentialProvider):  # type: ignore[misc]  # botocore is untyped
    """A credential chain of one link, which is here already."""

    METHOD = "assume-role"

    def __init__(self, credentials: DeferredRefreshableCredentials) -> None:
        super().__init__()
        self._credentials = credentials

    def load(self) -> DeferredRefreshableCredentials:
        return self._credentials


def _assume(sts: Any, role: Role) -> dict[str, str]:  # noqa: ANN401  # a client of boto3
    """Return the credentials of a role as botocore's refreshable credentials want them."""
    external = {} if role.external_id is None else {"ExternalId": role.external_id}
    answer = sts.assume_role(RoleArn=role.arn, RoleSessionName=role.session_name, **external)["Credentials"]
    if answer["Expiration"] <= datetime.now(timezone.utc):
        raise BrokenAnswerError("AWS's answer holds credentials that have expired by this machine's clock")
    return {
        "access_key": answer["AccessKeyId"],
        "secret_key": answer["SecretAccessKey"],
        "token": answer["SessionToken"],
        "expiry_time": answer["Expiration"].isoformat(),
    }


def _retries(core: botocore.session.Session) -> dict[str, Any]:
    """Return the retry settings that neither the environment nor the profile sets.

    If neither sets any, calls that AWS throttles are tried again more often than others.
    https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
    """
    settings: dict[str, Any] = {}
    if not _is_set(core, "AWS_RETRY_MODE", "retry_mode"):
        settings["mode"] = "standard"
    if not _is_set(core, "AWS_MAX_ATTEMPTS", "max_attempts"):
        settings["total_max_attempts"] = _ATTEMPTS
    return settings


def _is_set(core: botocore.session.Session, variable: str, setting: str) -> bool:
    return variable in os.environ or setting in core.get_scoped_config()
