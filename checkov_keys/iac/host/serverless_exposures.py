"""Serverless Framework: where the secrets of access keys under `resources` of a serverless.yml are in plain sight.

Checkov's Serverless runner runs no graph checks, and makes no records of outputs. So once it has handed the resources
of a file to the checks of resources, the records of this rule are added to its report: of resources, of outputs, and of
functions, which have the environment of their provider, too.

https://www.serverless.com/framework/docs/providers/aws/guide/functions#environment-variables
"""

from __future__ import annotations

import logging
import os
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable

from checkov.cloudformation.context_parser import ContextParser
from checkov.cloudformation.parser import cfn_yaml
from checkov.common.graph.graph_builder.graph_components.attribute_names import CustomAttributes
from checkov.common.models.enums import CheckResult
from checkov.common.output.record import Record
from checkov.common.util.data_structures_utils import pickle_deepcopy
from checkov.serverless.parsers.context_parser import ContextParser as ServiceParser
from checkov.serverless.runner import Runner
from checkov.serverless.utils import get_files_definitions

from checkov_keys.domain.rules.family import TEMPLATE_RULES
from checkov_keys.domain.rules.judging import SinkRule
from checkov_keys.domain.users import Unjudged
from checkov_keys.iac.cloudformation.exposures import RESOURCES
from checkov_keys.iac.cloudformation.secret_reader import MADE_FOR, CloudFormationSecretReader, declare_exposures
from checkov_keys.iac.cloudformation.sections import KEY_TYPE, get_entries, logical_id
from checkov_keys.iac.cloudformation.sinks import FUNCTIONS
from checkov_keys.iac.cloudformation.template_file import make_template, may_read_secret
from checkov_keys.iac.common.exposed_secrets import SecretReading
from checkov_keys.iac.host.exposure_check import ExposedSecretGraphCheck
from checkov_keys.iac.host.scan_notes import note_followed, note_unjudged
from checkov_keys.iac.host.serverless_check import register_serverless, resources_graph

if TYPE_CHECKING:
    from checkov.common.output.report import Report
    from checkov.common.typing import _CheckResult
    from checkov.runner_filter import RunnerFilter

    from checkov_keys.iac.cloudformation.template_file import Template
    from checkov_keys.iac.common.graph_view import GraphView

logger = logging.getLogger(__name__)

# Deeper nesting is not looked into.
_DEEPEST = 60


def prepare_serverless_runner() -> None:
    """Put every rule where the Serverless runner asks for it; once, however often this is called."""
    register_serverless()
    if not hasattr(Runner.cfn_resources_checks, "__wrapped__"):
        Runner.cfn_resources_checks = _add_exposures(Runner.cfn_resources_checks)  # type: ignore[method-assign]


class _ServiceReader(CloudFormationSecretReader):
    """Reads one template, which is a part of its file."""

    def __init__(self, template: Template) -> None:
        self._template = template

    def find_exposures(self, graph: GraphView) -> SecretReading:
        return SecretReading(tuple(declare_exposures(self._template, self._template.path, list(graph.vertices()))))


def _add_exposures(run_checks: Callable[..., None]) -> Callable[..., None]:
    @wraps(run_checks)
    def run_and_add(
        self: Runner,
        sls_file: str,
        sls_file_data: dict[str, Any],
        report: Report,
        runner_filter: RunnerFilter,
        *given: ServiceParser,
    ) -> None:
        run_checks(self, sls_file, sls_file_data, report, runner_filter, *given)
        # Checkov 3.2.400 hands none over.
        parser = given[0] if given else ServiceParser(sls_file, sls_file_data, self.definitions_raw[sls_file])
        keys = _list_keys(sls_file_data)
        for rule in TEMPLATE_RULES if keys else ():
            if isinstance(rule, SinkRule) and _is_asked_for(rule, runner_filter, sls_file):
                note_followed((sls_file, name) for name in keys)
                if not may_read_secret(sls_file):
                    continue
                sections = {**get_entries(sls_file_data["resources"]), FUNCTIONS: sls_file_data.get(FUNCTIONS)}
                for address, section, name in _find(rule, sls_file, keys):
                    block: Any = get_entries(sections.get(section)).get(name)
                    extent, code = parser.extract_code_lines(block)
                    record = _make_record(rule, self, sls_file, address, extent or [0, 0], code or [])
                    report.add_record(record)

    return run_and_add


def _list_keys(service: dict[str, Any]) -> list[str]:
    resources = get_entries(get_entries(service.get("resources")).get("Resources"))
    return [name for name, body in resources.items() if get_entries(body).get("Type") == KEY_TYPE]


def _is_asked_for(rule: SinkRule, runner_filter: RunnerFilter, path: str) -> bool:
    check = ExposedSecretGraphCheck(rule, CloudFormationSecretReader())
    return bool(
        runner_filter.should_run_check(
            check, check_id=check.id, file_origin_paths=[path], report_type=Runner.check_type, severity=check.severity
        )
    )


def _find(rule: SinkRule, path: str, keys: list[str]) -> list[tuple[str, str, str]]:
    """Return what holds secrets: its address, its section, and its name there.

    An error would end the runner, so it is logged and makes every access key of the file FAILED.
    """
    try:
        definitions, raw = get_files_definitions([path])
        service = definitions[path]
        written, _ = cfn_yaml.load(path, cfn_yaml.ContentType.SLS)
        _restore_substitutions(service, written, 0)
        resources = service["resources"]
        template = make_template(os.path.abspath(path), resources, raw[path])  # noqa: PTH100  # as Checkov
        template.functions = _list_functions(service)
        # Checkov writes into what it makes a graph of.
        graph = resources_graph(path, pickle_deepcopy(resources))
        _, failed, _ = ExposedSecretGraphCheck(rule, _ServiceReader(template)).run(graph)
    except Exception as error:
        reason = f"the check {rule.text.id} broke: {type(error).__name__}: {error}"
        logger.exception("%s; every access key of %s is reported as FAILED", reason, path)
        note_unjudged(Unjudged(path, reason))
        return [(f"{KEY_TYPE}.{name}", RESOURCES, name) for name in keys]
    return [(vertex[CustomAttributes.ID], *vertex.get(MADE_FOR, (RESOURCES, logical_id(vertex)))) for vertex in failed]


def _list_functions(service: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the environments of a service's functions, as their provider and they themselves say."""
    shared = get_entries(get_entries(service.get("provider")).get("environment"))
    functions = get_entries(service.get(FUNCTIONS))
    own = {name: get_entries(body).get("environment") for name, body in functions.items() if isinstance(body, dict)}
    # A whole environment may be a variable of Serverless, which is not known.
    return {name: {"environment": {**shared, **get_entries(environment)}} for name, environment in own.items()}


def _restore_substitutions(resolved: Any, written: Any, depth: int) -> None:  # noqa: ANN401  # any part of a file
    """Write the texts of Fn::Sub as they are in the file: Checkov takes `${Key}` for a variable of Serverless."""
    if depth > _DEEPEST:
        return
    if isinstance(resolved, list) and isinstance(written, list):
        for item, as_written in zip(resolved, written):
            _restore_substitutions(item, as_written, depth + 1)
    if not isinstance(resolved, dict) or not isinstance(written, dict):
        return
    for name, as_written in get_entries(written).items():
        item = resolved.get(name)
        if name == "Fn::Sub" and isinstance(as_written, str):
            resolved[name] = as_written
        elif name == "Fn::Sub" and isinstance(as_written, list) and isinstance(item, list) and as_written and item:
            item[0] = as_written[0]
        else:
            _restore_substitutions(item, as_written, depth + 1)


def _make_record(
    rule: SinkRule, runner: Runner, path: str, address: str, extent: list[int], code: list[tuple[int, str]]
) -> Record:
    check = ExposedSecretGraphCheck(rule, CloudFormationSecretReader())
    skips = ContextParser.collect_skip_comments(code)
    skip = next((skip for skip in skips if skip["id"] == check.id), None)
    result: _CheckResult = {"result": CheckResult.FAILED, "evaluated_keys": []}
    if skip:
        result = {**result, "result": CheckResult.SKIPPED, "suppress_comment": skip["suppress_comment"]}
    record = Record(
        check_id=check.id,
        check_name=check.name,
        check_result=result,
        code_block=code,
        file_path=runner.extract_file_path_from_abs_path(Path(path)),
        file_line_range=extent,
        resource=address,
        evaluations={},
        check_class=type(check).__module__,
        file_abs_path=str(Path(path).absolute()),
        severity=check.severity,
    )
    record.set_guideline(check.guideline)
    record.benchmarks = check.benchmarks
    return record
