"""CloudFormation types that the emulator does not know and our stacks need.

CloudFront's public keys and key groups, EventBridge's archives and the versions and aliases of state machines it has as
an API, but not as resources of a stack.
MediaConvert it has not at all: a queue is a name, and ``local.mediaconvert`` takes jobs for any. The firewall's log and
the look of the sign-in pages are accepted and kept, and nothing reads them.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

from ministack.services import cloudfront, eventbridge, stepfunctions
from ministack.services.cloudformation import provisioners

Properties = dict[str, Any]
Created = tuple[str, dict[str, Any]]


def create_public_key(_logical_id: str, properties: Properties, _stack: str) -> Created:
    """``AWS::CloudFront::PublicKey``: answers with its id and creation time, as CloudFormation does."""
    given = properties["PublicKeyConfig"]
    key_id, created = cloudfront._pk_id(), cloudfront._now_iso()
    config = {name: given[name] for name in ("CallerReference", "Name", "EncodedKey")}
    cloudfront._public_keys[key_id] = {
        "Id": key_id,
        "ETag": uuid.uuid4().hex,
        "CreatedTime": created,
        "Config": {**config, "Comment": given.get("Comment", "")},
    }
    return key_id, {"Id": key_id, "CreatedTime": created}


def _key_group(group_id: str, properties: Properties) -> Created:
    given, changed = properties["KeyGroupConfig"], cloudfront._now_iso()
    cloudfront._key_groups[group_id] = {
        "Id": group_id,
        "ETag": uuid.uuid4().hex,
        "LastModifiedTime": changed,
        "Config": {"Name": given["Name"], "Items": list(given["Items"]), "Comment": given.get("Comment", "")},
    }
    return group_id, {"Id": group_id, "LastModifiedTime": changed}


def create_key_group(_logical_id: str, properties: Properties, _stack: str) -> Created:
    """``AWS::CloudFront::KeyGroup``: answers with its id and time of last change."""
    return _key_group(cloudfront._kg_id(), properties)


def update_key_group(physical_id: str, _old: Properties, properties: Properties, _stack: str) -> Created:
    """A key group keeps its id when its keys change, which is how a signing key is rotated."""
    return _key_group(physical_id, properties)


def create_archive(logical_id: str, properties: Properties, stack: str) -> Created:
    """``AWS::Events::Archive``.

    Raises:
        ValueError: EventBridge refuses it, for example because there is one of that name.
    """
    name = properties.get("ArchiveName") or provisioners._physical_name(stack, logical_id, max_len=48)
    pattern = properties.get("EventPattern", "")
    status, _headers, body = eventbridge._create_archive(
        {
            "ArchiveName": name,
            "EventSourceArn": properties["SourceArn"],
            "EventPattern": pattern if isinstance(pattern, str) else json.dumps(pattern),
            "RetentionDays": int(properties.get("RetentionDays") or 0),
            "Description": properties.get("Description", ""),
        }
    )
    if status != 200:
        raise ValueError(body)
    return name, {"Arn": eventbridge._archives[name]["ArchiveArn"], "ArchiveName": name}


def create_queue(logical_id: str, properties: Properties, _stack: str) -> Created:
    """``AWS::MediaConvert::Queue``: a name and an ARN."""
    name = properties.get("Name") or logical_id
    arn = f"arn:aws:mediaconvert:{provisioners.get_region()}:{provisioners.get_account_id()}:queues/{name}"
    return name, {"Arn": arn, "Name": name}


def publish_version(_logical_id: str, properties: Properties, _stack: str) -> Created:
    """``AWS::StepFunctions::StateMachineVersion``: what the state machine is now, kept under a number.

    Raises:
        ValueError: Step Functions refuses it, because the state machine is another by now.
    """
    asked = {"stateMachineArn": properties["StateMachineArn"], "revisionId": properties.get("StateMachineRevisionId")}
    arn = _answered(stepfunctions._publish_state_machine_version(asked))["stateMachineVersionArn"]
    return arn, {"Arn": arn}


def create_alias(_logical_id: str, properties: Properties, _stack: str) -> Created:
    """``AWS::StepFunctions::StateMachineAlias``: a name for a version.

    Raises:
        ValueError: Step Functions refuses it, because there is one of that name.
    """
    asked = {"name": properties["Name"], "routingConfiguration": _routing(properties)}
    arn = _answered(stepfunctions._create_state_machine_alias(asked))["stateMachineAliasArn"]
    return arn, {"Arn": arn}


def update_alias(physical_id: str, _old: Properties, properties: Properties, _stack: str) -> Created:
    """An alias keeps its ARN when it comes to name another version.

    Raises:
        ValueError: Step Functions refuses it.
    """
    asked = {"stateMachineAliasArn": physical_id, "routingConfiguration": _routing(properties)}
    _answered(stepfunctions._update_state_machine_alias(asked))
    return physical_id, {"Arn": physical_id}


def _routing(properties: Properties) -> list[dict[str, Any]]:
    return [
        {"stateMachineVersionArn": one["StateMachineVersionArn"], "weight": int(one["Weight"])}
        for one in properties["RoutingConfiguration"]
    ]


def _answered(answer: tuple[int, Any, bytes]) -> dict[str, Any]:
    status, _headers, body = answer
    if status != 200:
        raise ValueError(body)
    found: dict[str, Any] = json.loads(body)
    return found


def keep(_logical_id: str, properties: Properties, _stack: str) -> Created:
    """A resource that nothing reads: it gets an id, and CloudFormation itself remembers the properties."""
    return properties.get("ResourceArn") or f"{uuid.uuid4()}", {}


def _forget(store: Any) -> Callable[[str, Properties], None]:
    """Deleting what is gone is no error, so that a rollback can be repeated."""

    def delete(physical_id: str, _properties: Properties) -> None:
        if store is not None:
            store.pop(physical_id, None)

    return delete


def apply() -> None:
    """Adds the types beside those that the emulator has."""
    provisioners._RESOURCE_HANDLERS.update(
        {
            "AWS::CloudFront::PublicKey": {"create": create_public_key, "delete": _forget(cloudfront._public_keys)},
            "AWS::CloudFront::KeyGroup": {
                "create": create_key_group,
                "update": update_key_group,
                "delete": _forget(cloudfront._key_groups),
            },
            "AWS::Events::Archive": {"create": create_archive, "delete": _forget(eventbridge._archives)},
            "AWS::MediaConvert::Queue": {"create": create_queue, "delete": _forget(None)},
            "AWS::StepFunctions::StateMachineVersion": {
                "create": publish_version,
                "delete": _forget(stepfunctions._state_machine_versions),
            },
            "AWS::StepFunctions::StateMachineAlias": {
                "create": create_alias,
                "update": update_alias,
                "delete": _forget(stepfunctions._state_machine_aliases),
            },
            "AWS::Cognito::ManagedLoginBranding": {"create": keep, "delete": _forget(None)},
            "AWS::WAFv2::LoggingConfiguration": {"create": keep, "delete": _forget(None)},
        }
    )
