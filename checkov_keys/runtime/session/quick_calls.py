"""What botocore works out anew for each call although it is always the same: a twelfth of the time of a call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import botocore.session


def name_caller(core: botocore.session.Session) -> str | None:
    """Return the User-Agent of a session's calls, which clients take as it is; None lets botocore compose it.

    That is needed if somebody sets an application id, which is a part of it.
    https://docs.aws.amazon.com/sdkref/latest/guide/feature-appid.html
    """
    return None if core.get_config_variable("user_agent_appid") else str(core.user_agent())


def resolve_endpoint_once(client: Any) -> None:  # noqa: ANN401  # boto3 makes it at run time
    """Let a client evaluate the rules for its endpoint once for each operation.

    Only for services like IAM, whose endpoint does not depend on what is asked. botocore keeps what evaluates them to
    itself; a release of it that keeps it elsewhere goes on as it is.
    """
    resolver = getattr(client, "_ruleset_resolver", None)
    if hasattr(resolver, "construct_endpoint"):
        client._ruleset_resolver = _Once(resolver)  # noqa: SLF001  # see above


def resolve_endpoint_of_bucket(client: Any) -> None:  # noqa: ANN401  # see above
    """Let a client of S3 evaluate the rules for its endpoint once for each bucket, not for each object.

    They take a quarter of the time of a call. botocore keeps what they said, by all that it gives to them, among it the
    key, which they do not look at; a bucket in another region stays one of its own.
    """
    resolver = getattr(client, "_ruleset_resolver", None)
    if hasattr(resolver, "construct_endpoint"):
        client._ruleset_resolver = _WithoutKeys(resolver)  # noqa: SLF001  # see above


class _WithoutKeys:
    """A resolver that does not tell the one behind it which objects are asked for."""

    def __init__(self, resolver: Any) -> None:  # noqa: ANN401  # botocore is untyped
        self._resolver = resolver

    def construct_endpoint(self, operation_model: Any, call_args: Any, request_context: Any) -> Any:  # noqa: ANN401
        asked = {name: value for name, value in call_args.items() if name not in ("Key", "Prefix")}
        return self._resolver.construct_endpoint(
            operation_model=operation_model, call_args=asked, request_context=request_context
        )

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._resolver, name)


class _Once:
    """A resolver that answers each operation as it did for the first time; all else is up to the one behind it."""

    def __init__(self, resolver: Any) -> None:  # noqa: ANN401  # botocore is untyped
        self._resolver = resolver
        self._found: dict[str, Any] = {}

    def construct_endpoint(self, operation_model: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        name = operation_model.name
        if name not in self._found:
            self._found[name] = self._resolver.construct_endpoint(operation_model, *args, **kwargs)
        return self._found[name]

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._resolver, name)
