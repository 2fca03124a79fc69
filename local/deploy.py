"""Deploys a synthesised assembly through change sets, in seconds: what the CDK CLI does, without starting Node.

The deploy smoke test uses the CLI itself; both put the same templates and the same assets into the same emulator.
"""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from local import cache
from local.aws import client
from local.environment import ACCOUNT, REGION

BOOTSTRAP_VERSION_PARAMETER = "/cdk-bootstrap/hnb659fds/version"
BOOTSTRAP_VERSION = "30"
CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
STACK_TIMEOUT_S = 180
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that an archive can hold, for all files, so that the same files make the same bytes."""


class DeployFailed(RuntimeError):
    """CloudFormation refused a change set or could not carry it out; the message holds its reasons."""


class Stack(NamedTuple):
    """One stack of an assembly."""

    name: str
    template_url: str
    needs: tuple[str, ...]


def deploy(assembly: Path, endpoint: str, archives: Path, tell: Callable[[str], None]) -> None:
    """Uploads the assets and creates or updates each stack, in the order of their dependencies.

    ``archives`` keeps the zipped assets between starts. ``tell`` hears which stack is under way.

    Raises:
        DeployFailed: a stack could not be brought to its template.
        NotLoopback: the endpoint leads off this machine.
    """
    manifest = json.loads((assembly / "manifest.json").read_text())
    _bootstrap(endpoint)
    _upload_assets(assembly, manifest, endpoint, archives)
    formation = client("cloudformation", endpoint)
    for stack in _in_order(manifest):
        tell(stack.name)
        _bring_up(formation, stack, endpoint)


def outputs(endpoint: str, prefix: str) -> dict[str, str]:
    """The outputs of all stacks whose name starts so, whoever has deployed them.

    Raises:
        ClientError: the emulator refuses.
    """
    stacks = client("cloudformation", endpoint).describe_stacks()["Stacks"]
    return {
        output["OutputKey"]: output["OutputValue"]
        for stack in stacks
        if stack["StackName"].startswith(prefix)
        for output in stack.get("Outputs", [])
    }


def _bootstrap(endpoint: str) -> None:
    """What the CDK's bootstrap stack would have left, as far as templates look for it."""
    client("ssm", endpoint).put_parameter(
        Name=BOOTSTRAP_VERSION_PARAMETER, Value=BOOTSTRAP_VERSION, Type="String", Overwrite=True
    )


def _here(text: str) -> str:
    """A manifest's placeholders, filled in for the emulator."""
    filled = text.replace("${AWS::AccountId}", ACCOUNT).replace("${AWS::Region}", REGION)
    return filled.replace("${AWS::Partition}", "aws")


def _upload_assets(assembly: Path, manifest: Mapping[str, Any], endpoint: str, archives: Path) -> None:
    objects = client("s3", endpoint)
    buckets = {bucket["Name"] for bucket in objects.list_buckets()["Buckets"]}
    for path, packaging, bucket, key in _assets(assembly, manifest):
        if bucket not in buckets:
            objects.create_bucket(Bucket=bucket)
            buckets.add(bucket)
        if not _stands(objects, bucket, key):
            body = _archive(path, archives / key) if packaging == "zip" else path.read_bytes()
            objects.put_object(Bucket=bucket, Key=key, Body=body)


def _assets(assembly: Path, manifest: Mapping[str, Any]) -> Iterator[tuple[Path, str, str, str]]:
    for artifact in manifest["artifacts"].values():
        if artifact["type"] != "cdk:asset-manifest":
            continue
        files = json.loads((assembly / artifact["properties"]["file"]).read_text())["files"]
        for asset in files.values():
            source = asset["source"]
            for destination in asset["destinations"].values():
                bucket, key = _here(destination["bucketName"]), _here(destination["objectKey"])
                yield assembly / source["path"], source["packaging"], bucket, key


def _stands(objects: Any, bucket: str, key: str) -> bool:
    """Whether an asset is there; its key is the hash of its content."""
    try:
        objects.head_object(Bucket=bucket, Key=key)
    except ClientError:
        return False
    return True


def _archive(folder: Path, kept: Path) -> bytes:
    """A folder as a zip archive, made once per content: the archive's name is the hash of what is in it."""
    if kept.is_file():
        return cache.use(kept).read_bytes()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), EPOCH)
                entry.external_attr = (0o755 if path.stat().st_mode & 0o100 else 0o644) << 16
                archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED, compresslevel=1)
    kept.parent.mkdir(parents=True, exist_ok=True)
    draft = kept.with_suffix(".part")
    draft.write_bytes(buffer.getvalue())
    draft.replace(kept)
    return buffer.getvalue()


def _in_order(manifest: Mapping[str, Any]) -> list[Stack]:
    """The stacks, each after those that it needs."""
    found = {
        artifact_id: Stack(
            artifact["properties"].get("stackName", artifact_id),
            _here(artifact["properties"]["stackTemplateAssetObjectUrl"]),
            tuple(artifact.get("dependencies", ())),
        )
        for artifact_id, artifact in manifest["artifacts"].items()
        if artifact["type"] == "aws:cloudformation:stack"
    }
    ordered: dict[str, Stack] = {}

    def place(artifact_id: str) -> None:
        if artifact_id in found and artifact_id not in ordered:
            for need in found[artifact_id].needs:
                place(need)
            ordered[artifact_id] = found[artifact_id]

    for artifact_id in found:
        place(artifact_id)
    return list(ordered.values())


def _bring_up(formation: Any, stack: Stack, endpoint: str) -> None:
    change_set = f"local-{time.time_ns()}"
    template = f"{endpoint}/{stack.template_url.removeprefix('s3://')}"
    formation.create_change_set(
        StackName=stack.name,
        ChangeSetName=change_set,
        ChangeSetType="UPDATE" if _exists(formation, stack.name) else "CREATE",
        TemplateURL=template,
        Capabilities=CAPABILITIES,
    )
    made = _wait(lambda: formation.describe_change_set(StackName=stack.name, ChangeSetName=change_set))
    if made["Status"] == "FAILED":
        if _is_empty(made):
            return
        raise DeployFailed(f"{stack.name}: {made.get('StatusReason')}")
    formation.execute_change_set(StackName=stack.name, ChangeSetName=change_set)
    done = _wait(lambda: formation.describe_stacks(StackName=stack.name)["Stacks"][0], "StackStatus")
    if done["StackStatus"] not in ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"):
        raise DeployFailed(f"{stack.name}: {done['StackStatus']}\n{_reasons(formation, stack.name)}")


def _exists(formation: Any, name: str) -> bool:
    try:
        stacks = formation.describe_stacks(StackName=name)["Stacks"]
    except ClientError:
        return False
    return bool(stacks[0]["StackStatus"] not in ("REVIEW_IN_PROGRESS", "DELETE_COMPLETE"))


def _is_empty(change_set: Mapping[str, Any]) -> bool:
    """CloudFormation calls a change set without changes failed."""
    reason = change_set.get("StatusReason", "")
    return "didn't contain changes" in reason or "No updates are to be performed" in reason


def _wait(read: Callable[[], Mapping[str, Any]], field: str = "Status") -> Mapping[str, Any]:
    """Reads until the status is final.

    Raises:
        DeployFailed: it is not, in time.
    """
    deadline = time.monotonic() + STACK_TIMEOUT_S
    while time.monotonic() < deadline:
        answer = read()
        if not answer[field].endswith(("_PENDING", "_IN_PROGRESS")):
            return answer
        time.sleep(0.1)
    raise DeployFailed(f"not done in {STACK_TIMEOUT_S} s")


def _reasons(formation: Any, name: str) -> str:
    events = formation.describe_stack_events(StackName=name)["StackEvents"]
    return "\n".join(
        f"  {event['LogicalResourceId']} ({event['ResourceType']}): {event['ResourceStatusReason']}"
        for event in reversed(events)
        if event["ResourceStatus"].endswith("_FAILED") and event.get("ResourceStatusReason")
    )
