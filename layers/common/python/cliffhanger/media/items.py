"""An upload as an item of its table, and back. Pure. What each attribute means stands in ``store``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cliffhanger.media.domain import Approval, Film, Part, Price, PriceLine, Problem, Upload

Item = Mapping[str, Mapping[str, Any]]
"""An item in DynamoDB's JSON."""

PROBLEM = ("problemCode", "problemReason", "problemDetail")
"""The attributes of why an upload failed."""

DUE = "due"
"""The one partition of the index of what is due."""


def item_of(upload: Upload) -> dict[str, Mapping[str, Any]]:
    """The item of an upload, with its key."""
    video = upload.video
    tags = {part.name: part.etag for part in upload.parts if part.etag is not None}
    item: dict[str, Mapping[str, Any]] = {
        "upload": {"S": upload.upload},
        "series": {"S": upload.series},
        "episode": {"N": str(upload.episode)},
        "place": {"S": upload.place},
        "owner": {"S": upload.owner},
        "language": {"S": upload.language},
        "contentType": {"S": video.content_type},
        "sizeBytes": {"N": str(video.size_bytes)},
        "parts": {"L": [{"M": _part_item(part)} for part in upload.parts[1:]]},
        "etags": {"M": {name: {"S": tag} for name, tag in tags.items()}},
        "createdAt": {"N": str(upload.created_at)},
        "status": {"S": upload.status},
        "percent": {"N": str(upload.percent)},
    }
    if upload.job is not None:
        item["job"] = {"S": upload.job}
    if upload.problem is not None:
        item |= problem_item(upload.problem)
    if upload.approval is not None:
        item["approval"] = {"S": approval_text(upload.approval)}
        if upload.held:
            item["held"] = {"N": str(upload.approval.price.micro_usd)}
    if upload.due_at is not None:
        item |= {"sweep": {"S": DUE}, "dueAt": {"N": str(upload.due_at)}}
    return item


def problem_item(problem: Problem) -> dict[str, Mapping[str, str]]:
    """The attributes of a problem."""
    return {name: {"S": value} for name, value in zip(PROBLEM, problem, strict=True)}


def approval_text(approval: Approval) -> str:
    """An approval as it is stored."""
    price = approval.price
    document = {
        "film": approval.film._asdict(),
        "microUsd": price.micro_usd,
        "table": price.table,
        "lines": [list(line) for line in price.lines],
        "month": approval.month,
        "policy": approval.policy,
    }
    return json.dumps(document, separators=(",", ":"))


def upload_of(item: Item) -> Upload:
    """The upload that an item holds."""
    tags = {name: value["S"] for name, value in item["etags"]["M"].items()}
    video = Part("video", item["language"]["S"], item["contentType"]["S"], int(item["sizeBytes"]["N"]))
    parts = [video, *(_part(each["M"]) for each in item["parts"]["L"])]
    problem = None
    if "problemCode" in item:
        problem = Problem(item["problemCode"]["S"], item["problemReason"]["S"], item["problemDetail"]["S"])
    return Upload(
        upload=item["upload"]["S"],
        series=item["series"]["S"],
        episode=int(item["episode"]["N"]),
        owner=item["owner"]["S"],
        language=item["language"]["S"],
        parts=tuple(part._replace(etag=tags.get(part.name)) for part in parts),
        created_at=int(item["createdAt"]["N"]),
        status=item["status"]["S"],
        percent=int(item["percent"]["N"]),
        job=item["job"]["S"] if "job" in item else None,
        problem=problem,
        approval=_approval(item["approval"]["S"]) if "approval" in item else None,
        held="held" in item,
        due_at=int(item["dueAt"]["N"]) if "dueAt" in item else None,
    )


def _approval(text: str) -> Approval:
    document = json.loads(text)
    lines = tuple(PriceLine(*line) for line in document["lines"])
    price = Price(document["microUsd"], document["table"], lines)
    film = Film(**document["film"] | {"rungs_px": tuple(document["film"]["rungs_px"])})
    return Approval(film, price, document["month"], document["policy"])


def _part_item(part: Part) -> dict[str, Mapping[str, str]]:
    return {
        "kind": {"S": part.kind},
        "language": {"S": part.language},
        "contentType": {"S": part.content_type},
        "sizeBytes": {"N": str(part.size_bytes)},
    }


def _part(item: Item) -> Part:
    return Part(item["kind"]["S"], item["language"]["S"], item["contentType"]["S"], int(item["sizeBytes"]["N"]))
