"""The ``aws`` commands of a guide, carried out by botocore as the command line would: so far as our guides use it."""

from __future__ import annotations

import functools
import operator
import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import boto3
from botocore import xform_name

SDK: Any = boto3
"""Which services a guide names, no type tells."""
NESTED = re.compile(r"\$\((?P<command>[^()]*)\)")
VARIABLE = re.compile(r"\$(\w+)")


def blocks(markdown: str) -> Iterator[str]:
    """The shell blocks of a guide, each as it stands."""
    for found in re.finditer(r"^```sh\n(.*?)^```", markdown, re.MULTILINE | re.DOTALL):
        yield found[1]


def run(block: str, variables: dict[str, str], asides: Mapping[str, Callable[[list[str]], str]]) -> list[str]:
    """Carries a block out, line after line, and answers with what each of its ``aws`` commands prints.

    ``variables`` are the shell's, and grow; ``asides`` are its other commands, by name.

    Raises:
        KeyError: a command or a variable that is not known.
        ValueError: AWS has no such option.
    """
    printed = []
    for line in block.replace("\\\n", " ").splitlines():
        assigned = re.fullmatch(r"(\w+)=(\S+)", line)
        words = _words(line, variables, asides)
        if assigned is not None:
            variables[assigned[1]] = words[0].partition("=")[2]
        elif words:
            printed.append(_called(words, asides))
    return printed


def _words(line: str, variables: Mapping[str, str], asides: Mapping[str, Callable[[list[str]], str]]) -> list[str]:
    line = NESTED.sub(lambda found: _called(_words(found["command"], variables, asides), asides), line)
    return shlex.split(VARIABLE.sub(lambda found: variables[found[1]], line), comments=True)


def _called(words: list[str], asides: Mapping[str, Callable[[list[str]], str]]) -> str:
    return _aws(*words[1:]) if words[0] == "aws" else asides[words[0]](words[1:])


def _aws(service: str, command: str, *rest: str) -> str:
    client = SDK.client(service, region_name="us-east-1")
    if command == "wait":
        waiter = client.get_waiter(rest[0].replace("-", "_"))
        waiter.wait(**_options(client, "describe-table", rest[1:]))
        return ""
    plain = [word for place, word in enumerate(rest) if not {"--query", "--output"} & {word, *rest[place - 1 : place]}]
    answer = getattr(client, command.replace("-", "_"))(**_options(client, command, plain))
    if "--query" not in rest:
        return ""
    members = rest[rest.index("--query") + 1].split(".")
    return str(functools.reduce(operator.getitem, members, answer))


def _options(client: Any, command: str, words: Any) -> dict[str, Any]:
    operation = client.meta.method_to_api_mapping[command.replace("-", "_")]
    members = client.meta.service_model.operation_model(operation).input_shape.members
    known = {f"--{xform_name(name, '-')}": (name, shape) for name, shape in members.items()}
    given: dict[str, list[str]] = {}
    for word in words:
        if word.startswith("--"):
            if word not in known:
                raise ValueError(f"{command} has no option {word}")
            given[word] = []
        else:
            given[[*given][-1]].append(word)
    return {known[option][0]: _value(known[option][1].type_name, values) for option, values in given.items()}


def _value(kind: str, values: list[str]) -> Any:
    if kind == "boolean":
        return True
    if kind == "list":
        return [_shorthand(value) for value in values]
    return _shorthand(values[0]) if kind == "structure" else values[0]


def _shorthand(text: str) -> dict[str, Any]:
    """A structure in the command line's short form: ``StreamEnabled=true,StreamViewType=NEW_IMAGE``."""
    pairs = (part.partition("=")[::2] for part in text.split(","))
    return {name: {"true": True, "false": False}.get(value, value) for name, value in pairs}
