"""Between MediaConvert's JSON (camelCase) and the names of botocore's model (PascalCase), by that model."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

import botocore.session
from botocore.model import ListShape, MapShape, OperationModel, ServiceModel, Shape, StructureShape


class ApiError(Exception):
    """A refusal in AWS's form: an exception's name from the model, its HTTP status, and words."""

    def __init__(self, code: str, status: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.message = message


def bad_request(message: str) -> ApiError:
    """The request does not fit: 400."""
    return ApiError("BadRequestException", 400, message)


def not_found(message: str) -> ApiError:
    """There is no such thing: 404."""
    return ApiError("NotFoundException", 404, message)


@cache
def service() -> ServiceModel:
    """The model of MediaConvert, as botocore has it."""
    return botocore.session.Session().get_service_model("mediaconvert")


def operation(name: str) -> OperationModel:
    """One operation of the model."""
    return service().operation_model(name)


def _wire_name(name: str, shape: Shape) -> str:
    """The JSON name of a structure's member."""
    return str(shape.serialization.get("name", name))


def from_wire(shape: Shape, value: Any, path: str = "") -> Any:
    """What the JSON says, in the model's names.

    Raises:
        ApiError: a field that the model does not know, or an object or array where it has none.
    """
    if isinstance(shape, StructureShape):
        if not isinstance(value, dict):
            raise bad_request(f"{path or '/'}: should be an object")
        known = {_wire_name(name, member): (name, member) for name, member in shape.members.items()}
        unknown = sorted(set(value) - set(known))
        if unknown:
            raise bad_request(f"{path}/{unknown[0]}: is not a field of {shape.name}")
        return {
            known[name][0]: from_wire(known[name][1], item, f"{path}/{name}")
            for name, item in value.items()
            if item is not None
        }
    if isinstance(shape, ListShape):
        if not isinstance(value, list):
            raise bad_request(f"{path}: should be an array")
        return [from_wire(shape.member, item, f"{path}/{index}") for index, item in enumerate(value)]
    if isinstance(shape, MapShape):
        if not isinstance(value, dict):
            raise bad_request(f"{path}: should be an object")
        return {name: from_wire(shape.value, item, f"{path}/{name}") for name, item in value.items()}
    return value


def to_wire(shape: Shape, value: Any) -> Any:
    """The JSON of a value in the model's names. Times become seconds since the Unix epoch, as MediaConvert's are."""
    if isinstance(shape, StructureShape):
        return {
            _wire_name(name, member): to_wire(member, value[name])
            for name, member in shape.members.items()
            if value.get(name) is not None
        }
    if isinstance(shape, ListShape):
        return [to_wire(shape.member, item) for item in value]
    if isinstance(shape, MapShape):
        return {name: to_wire(shape.value, item) for name, item in value.items()}
    if isinstance(value, datetime):
        return value.timestamp()
    return value
