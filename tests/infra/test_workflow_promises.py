"""Workflows: what runs them, what they may do, what tells of them, and how a new version comes beside an old one."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from cliffhanger.functions import FUNCTIONS
from infra.constructs.workflow import MACHINES
from infra.resources import LIVE
from tests.infra.assembly import Assembly, Resource

WORKFLOWS = sorted(spec.workflow for spec in FUNCTIONS if spec.workflow)


def machine(assembly: Assembly, name: str) -> Resource:
    [found] = [
        each
        for each in assembly.resources("AWS::StepFunctions::StateMachine", "workflows")
        if each.properties["StateMachineName"] == f"cliffhanger-{assembly.stage}-{name}"
    ]
    return found


def definition(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((MACHINES / f"{name}.json").read_text())
    return read


def test_every_definition_is_deployed_and_has_one_function_for_its_steps() -> None:
    assert sorted(file.stem for file in MACHINES.glob("*.json")) == WORKFLOWS
    assert all(bool(spec.workflow) == (spec.trigger == "workflow") for spec in FUNCTIONS)


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_state_machine_runs_its_one_function_and_nothing_else(production: Assembly, name: str) -> None:
    found = machine(production, name)
    [steps] = [spec.name for spec in FUNCTIONS if spec.workflow == name]
    function = production.functions()[steps]
    expected = {"Steps": {"Fn::GetAtt": [function.id, "Arn"]}}
    assert found.properties["DefinitionSubstitutions"] == expected
    role = production.templates["workflows"]["Resources"][found.properties["RoleArn"]["Fn::GetAtt"][0]]
    [policy] = role["Properties"]["Policies"]
    called = [one for one in policy["PolicyDocument"]["Statement"] if one["Action"] == "lambda:InvokeFunction"]
    assert [one["Resource"] for one in called] == [expected["Steps"]]


@pytest.mark.parametrize("name", WORKFLOWS)
def test_its_log_has_every_step_and_nothing_of_what_steps_are_given(production: Assembly, name: str) -> None:
    """A task token opens the next state, and who is paid how much is nobody's business who reads logs."""
    logging = machine(production, name).properties["LoggingConfiguration"]
    assert (logging["Level"], logging["IncludeExecutionData"]) == ("ALL", False)
    names = {each.properties["LogGroupName"] for each in production.resources("AWS::Logs::LogGroup", "workflows")}
    assert f"/aws/vendedlogs/states/cliffhanger-prod-{name}" in names


@pytest.mark.parametrize("name", WORKFLOWS)
def test_executions_that_fail_or_take_too_long_tell_somebody(production: Assembly, name: str) -> None:
    alarms = [each.properties for each in production.resources("AWS::CloudWatch::Alarm", "workflows")]
    mine = machine(production, name).id
    told = {
        alarm["MetricName"]: alarm
        for alarm in alarms
        if any(
            one["Value"] == {"Ref": mine} or one["Value"] == {"Fn::GetAtt": [mine, "Arn"]}
            for one in alarm["Dimensions"]
        )
    }
    assert set(told) == {"ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"}
    assert all(alarm["Threshold"] == 1 and alarm["AlarmActions"] for alarm in told.values())
    [oldest] = [alarm for alarm in alarms if alarm["MetricName"] == f"Oldest{name.title()}Age"]
    assert oldest["AlarmActions"]


@pytest.mark.parametrize("name", WORKFLOWS)
def test_each_definition_is_a_version_of_its_own_that_stays_when_the_next_one_comes(
    production: Assembly, name: str
) -> None:
    """Its id follows from the definition, so that another one is another version; executions in flight keep theirs."""
    mine = machine(production, name).id
    [version] = [
        each
        for each in production.resources("AWS::StepFunctions::StateMachineVersion", "workflows")
        if each.properties["StateMachineArn"] == {"Fn::GetAtt": [mine, "Arn"]}
    ]
    digest = hashlib.sha256((MACHINES / f"{name}.json").read_bytes()).hexdigest()[:12]
    assert digest in version.id
    assert version.properties["StateMachineRevisionId"] == {"Fn::GetAtt": [mine, "StateMachineRevisionId"]}
    assert version.definition["DeletionPolicy"] == version.definition["UpdateReplacePolicy"] == "Retain"
    aliases = production.resources("AWS::StepFunctions::StateMachineAlias", "workflows")
    [routed] = [
        alias.properties["RoutingConfiguration"]
        for alias in aliases
        if alias.properties["RoutingConfiguration"][0]["StateMachineVersionArn"] == {"Fn::GetAtt": [version.id, "Arn"]}
    ]
    assert [one["Weight"] for one in routed] == [100]
    assert {alias.properties["Name"] for alias in aliases} == {LIVE}


@pytest.mark.parametrize("name", WORKFLOWS)
def test_every_state_leads_somewhere_and_every_task_is_tried_again(name: str) -> None:
    """A definition that names a state which is not there fails only when an execution comes to it."""
    states = definition(name)["States"]
    for state in states.values():
        following = [state[key] for key in ("Next", "Default") if key in state]
        following += [one["Next"] for one in (*state.get("Choices", ()), *state.get("Catch", ()))]
        assert set(following) <= set(states)
        assert following or state["Type"] in ("Succeed", "Fail")
        if state["Type"] == "Task":
            assert state["TimeoutSeconds"]
            assert any(one["ErrorEquals"] == ["States.ALL"] for one in state["Retry"])
    assert definition(name)["TimeoutSeconds"]
