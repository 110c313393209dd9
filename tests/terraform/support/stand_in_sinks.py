"""Stand-ins for resources that people hand a key's secret to, and for some where it is kept: `SINK_RESOURCES` of aws,
`LOCAL_RESOURCES`, `KUBERNETES_RESOURCES`. They keep what they are given, and write no file.

A type is a row of words: an argument that is text is `name`, a mapping of texts `name{}`, with `!` if it is required,
`~` if the provider marks it as sensitive, and `?` if the provider sets it itself if it is not given. A nested block is
a dictionary entry with rows of its own.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from stand_in_resources import TEXT, Kept
from tf.gen import tfplugin_pb2
from tf.schema import Attribute, Block, NestedBlock, NestMode, Schema
from tf.types import Map, Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping


class ListBlock(NestedBlock):
    """A nested block that may be written many times, in an order. What is inside it is kept as Terraform sends it."""

    def __init__(self, type_name, block):
        super().__init__(type_name, NestMode.Set, block)

    def to_pb(self):
        written = super().to_pb()
        written.nesting = tfplugin_pb2.Schema.NestedBlock.NestingMode.LIST
        return written

    def encode(self, value):
        return value

    def decode(self, value):
        return value

    def semantically_equal(self, a_decoded, b_decoded):
        return a_decoded == b_decoded


def _make_attribute(word):
    name = word.rstrip("!~?")
    marks = word[len(name) :]
    how = {"required": "!" in marks, "optional": "!" not in marks, "sensitive": "~" in marks, "computed": "?" in marks}
    return Attribute(name.removesuffix("{}"), Map(TEXT) if name.endswith("{}") else TEXT, **how)


def _make_blocks(rows):
    """The nested blocks of rows (name: (words, rows inside))."""
    made = []
    for name, (words, inside) in rows.items():
        attributes = [_make_attribute(word) for word in words.split()]
        made.append(ListBlock(name, Block(attributes=attributes, block_types=_make_blocks(inside))))
    return made


class _Sink(Kept):
    """A resource of a row."""

    rows: Mapping[str, Any] = MappingProxyType({})

    @classmethod
    def get_schema(cls):
        return Schema(attributes=list(cls.attributes), block_types=_make_blocks(cls.rows))

    def make(self, planned):
        made = super().make(planned)
        if "tags_all" in planned:
            tags = planned.get("tags")
            made["tags_all"] = {} if tags is None or tags is Unknown else tags
        return made

    def update(self, ctx, current, planned):
        updated = super().update(ctx, current, planned)
        return {**updated, "tags_all": planned.get("tags") or {}} if "tags_all" in planned else updated

    def plan(self, _ctx, _current, proposed):
        # As the provider's own: what is left out keeps what it was, but all tags follow the tags.
        return {**proposed, "tags_all": proposed.get("tags") or {}} if "tags_all" in proposed else proposed


def _declare(type_name, words, rows=None):
    attributes = (*(_make_attribute(word) for word in words.split()), Attribute("id", TEXT, computed=True))
    if "tags{}" in words.split():
        attributes += (Attribute("tags_all", Map(TEXT), computed=True), Attribute("arn", TEXT, computed=True))
    name = type_name.title().replace("_", "")
    return type(name, (_Sink,), {"type_name": type_name, "attributes": attributes, "rows": rows or {}})


_CONTAINER = ("name image command args{}", {"env": ("name! value", {}), "env_from": ("prefix", {})})
SINK_RESOURCES = (
    # Sinks.
    _declare("ssm_parameter", "name! type! value~? insecure_value? description tier? tags{}"),
    _declare("s3_object", "bucket! key! content content_base64 source metadata{} tags{}"),
    _declare("s3_bucket_object", "bucket! key! content content_base64 source metadata{} tags{}"),
    _declare(
        "lambda_function",
        "function_name! role handler runtime filename description tags{}",
        {"environment": ("variables{}", {})},
    ),
    _declare("lambda_invocation", "function_name! input! triggers{}"),
    _declare("ecs_task_definition", "family! container_definitions! task_role_arn tags{}"),
    _declare("batch_job_definition", "name! type! container_properties parameters{} tags{}"),
    _declare("instance", "ami instance_type user_data user_data_base64 tags{}"),
    _declare(
        "launch_template",
        "name user_data description tags{}",
        {"tag_specifications": ("resource_type tags{}", {})},
    ),
    _declare("launch_configuration", "name? image_id instance_type user_data user_data_base64"),
    _declare(
        "codebuild_project",
        "name! service_role description tags{}",
        {
            "environment": ("compute_type image type", {"environment_variable": ("name! value! type", {})}),
            "source": ("type! buildspec location", {}),
        },
    ),
    _declare(
        "apprunner_service",
        "service_name! tags{}",
        {
            "source_configuration": (
                "",
                {
                    "image_repository": (
                        "image_identifier",
                        {"image_configuration": ("port runtime_environment_variables{}", {})},
                    )
                },
            )
        },
    ),
    _declare(
        "elastic_beanstalk_environment",
        "name! application! tags{}",
        {"setting": ("namespace! name! value! resource", {})},
    ),
    _declare("cloudformation_stack", "name! template_body parameters{} tags{}"),
    _declare("dynamodb_table_item", "table_name! hash_key! item!"),
    _declare("sfn_state_machine", "name! role_arn definition! tags{}"),
    _declare("glue_job", "name! role_arn default_arguments{} tags{}"),
    _declare("amplify_app", "name! environment_variables{} build_spec tags{}"),
    _declare("ssm_document", "name! document_type! content! tags{}"),
    _declare(
        "cloudwatch_event_target", "rule! arn! input", {"input_transformer": ("input_paths{} input_template!", {})}
    ),
    # Where a secret is kept, and what is in neither table.
    _declare("secretsmanager_secret", "name! description tags{}"),
    _declare("secretsmanager_secret_version", "secret_id! secret_string~ secret_binary~ version_id?"),
    _declare("db_instance", "identifier! username password~ tags{}"),
    _declare("sqs_queue", "name! policy tags{}"),
)
LOCAL_RESOURCES = (
    _declare("file", "filename! content content_base64 sensitive_content~ source file_permission"),
    _declare("sensitive_file", "filename! content~ content_base64~ source file_permission"),
)
_METADATA = {"metadata": ("name namespace annotations{} labels{}", {})}
KUBERNETES_RESOURCES = (
    _declare("config_map", "data{} binary_data{}", _METADATA),
    _declare("config_map_v1", "data{} binary_data{}", _METADATA),
    _declare("secret", "type data{}~ binary_data{}~", _METADATA),
    _declare("secret_v1", "type data{}~ binary_data{}~", _METADATA),
    _declare("env", "api_version! kind! container", {"metadata": ("name!", {}), "env": ("name! value", {})}),
    _declare("pod", "wait", {**_METADATA, "spec": ("restart_policy", {"container": _CONTAINER})}),
    _declare(
        "deployment",
        "wait",
        {
            **_METADATA,
            "spec": (
                "replicas",
                {"template": ("", {**_METADATA, "spec": ("", {"container": _CONTAINER})})},
            ),
        },
    ),
)
