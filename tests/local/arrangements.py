"""Small things to put into an emulator for a test, and to ask of it. Making what is there already is no error."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import re
import subprocess
import sys
import textwrap
import time
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import boto3
from botocore.exceptions import ClientError

from local.aws import client
from local.environment import ROOT
from tests.local.emulators import Emulator

Found = TypeVar("Found")
PATIENCE_S = 30.0
CALLBACK = "http://127.0.0.1/back"
PASSWORD = "Play-the-next-9"
TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}


def eventually(read: Callable[[], Found], patience_s: float = PATIENCE_S, *, required: bool = True) -> Found:
    """The first truthy answer; when none comes in time, the last one, or a failure where one is required."""
    deadline = time.monotonic() + patience_s
    while True:
        found = read()
        if found:
            return found
        if time.monotonic() > deadline:
            assert not required, f"not in {patience_s} s: {found}"
            return found
        time.sleep(0.05)


def document(*statements: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def archive(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, text in files.items():
            made.writestr(name, textwrap.dedent(text))
    return buffer.getvalue()


def a_person(emulator: Emulator, name: str, statement: object) -> dict[str, str]:
    """An IAM user who may do what the statement says, and the user's key."""
    access = client("iam", emulator.endpoint)
    access.create_user(UserName=name)
    access.put_user_policy(UserName=name, PolicyName="all", PolicyDocument=document(statement))
    key: dict[str, str] = access.create_access_key(UserName=name)["AccessKey"]
    return key


def objects_as(emulator: Emulator, key: dict[str, str]) -> Any:
    return service_as(emulator, key, "s3")


def service_as(emulator: Emulator, key: dict[str, str], service: str) -> Any:
    make: Any = boto3.client  # its stubs know each service by name, and this is any
    return make(
        service,
        endpoint_url=emulator.endpoint,
        region_name="us-east-1",
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )


def a_table(emulator: Emulator, name: str, *, stream: bool = False) -> str:
    """A table with the key ``id``; answers with its stream's address."""
    table = client("dynamodb", emulator.endpoint).create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification=(
            {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"} if stream else {"StreamEnabled": False}
        ),
    )["TableDescription"]
    return str(table.get("LatestStreamArn", ""))


def a_consumer(emulator: Emulator, code: str, seen: Path) -> None:
    """A consumer of the stream of a new table ``source``; ``SEEN`` tells its code where to write what it saw."""
    stream = a_table(emulator, "source", stream=True)
    a_function(emulator, "consumer", code, settings={"SEEN": str(seen)})
    reads(emulator, "consumer", stream)


def reads(emulator: Emulator, function: str, stream: str) -> None:
    """Lets a function consume a stream from its beginning."""
    client("lambda", emulator.endpoint).create_event_source_mapping(
        EventSourceArn=stream,
        FunctionName=function,
        StartingPosition="TRIM_HORIZON",
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )


def write(emulator: Emulator, *names: str, table: str = "source") -> None:
    """Puts items into a table."""
    for name in names:
        client("dynamodb", emulator.endpoint).put_item(TableName=table, Item={"id": {"S": name}})


def lines(path: Path) -> list[str]:
    return path.read_text().split() if path.exists() else []


def a_function(
    emulator: Emulator,
    name: str,
    code: str,
    *,
    layers: Sequence[str] = (),
    settings: dict[str, str] | None = None,
    may: object = None,
) -> None:
    """A function of one module, under a role that may do what the statement says, or nothing."""
    access = client("iam", emulator.endpoint)
    role = access.create_role(RoleName=name, AssumeRolePolicyDocument=document(TRUST))["Role"]["Arn"]
    if may is not None:
        access.put_role_policy(RoleName=name, PolicyName="access", PolicyDocument=document(may))
    client("lambda", emulator.endpoint).create_function(
        FunctionName=name,
        Role=role,
        Runtime=f"python{sys.version_info[0]}.{sys.version_info[1]}",
        Handler="module.handler",
        Timeout=30,
        Code={"ZipFile": archive({"module.py": code})},
        Layers=list(layers),
        Environment={"Variables": settings or {}},
    )


def call(emulator: Emulator, function: str, event: object = None) -> Any:
    answer = client("lambda", emulator.endpoint).invoke(FunctionName=function, Payload=json.dumps(event or {}).encode())
    body = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, body
    return body


def a_pool(emulator: Emulator) -> str:
    """A user pool with one creator; answers with the id of its app client."""
    identity = client("cognito-idp", emulator.endpoint)
    pool = identity.create_user_pool(PoolName="people")["UserPool"]["Id"]
    app = identity.create_user_pool_client(
        UserPoolId=pool,
        ClientName="pages",
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid", "email", "profile"],
        CallbackURLs=[CALLBACK],
        SupportedIdentityProviders=["COGNITO"],
    )["UserPoolClient"]["ClientId"]
    identity.create_group(UserPoolId=pool, GroupName="creator")
    identity.admin_create_user(UserPoolId=pool, Username="cleo", MessageAction="SUPPRESS")
    identity.admin_set_user_password(UserPoolId=pool, Username="cleo", Password=PASSWORD, Permanent=True)
    identity.admin_add_user_to_group(UserPoolId=pool, Username="cleo", GroupName="creator")
    return str(app)


def mails(emulator: Emulator) -> list[str]:
    """What was sent, oldest first."""
    return [path.read_text() for path in sorted((emulator.state / "mailbox").glob("*.eml"))]


def code_for(emulator: Emulator, address: str) -> str:
    """The code in the newest mail to an address."""
    newest = [mail for mail in mails(emulator) if f"To: {address}\n" in mail][-1]
    return re.findall(r"\b\d{6}\b", newest.split("\n\n", 1)[1])[0]


def tokens_by_code(emulator: Emulator, app: str) -> dict[str, Any]:
    """Tokens by the sign-in page and an authorization code, as the pages get them."""
    asked = {"client_id": app, "redirect_uri": CALLBACK, "scope": "openid email profile", "response_type": "code"}
    _, _, back = post_form(f"{emulator.endpoint}/login", {**asked, "username": "cleo", "password": PASSWORD})
    code = urllib.parse.parse_qs(urllib.parse.urlsplit(back).query)["code"][0]
    return token_endpoint(
        emulator, {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "client_id": app}
    )


def refresh(emulator: Emulator, app: str, token: str) -> dict[str, Any]:
    return token_endpoint(emulator, {"grant_type": "refresh_token", "refresh_token": token, "client_id": app})


def token_endpoint(emulator: Emulator, form: dict[str, str]) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(post_form(f"{emulator.endpoint}/oauth2/token", form)[1])
    return answer


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def post_form(url: str, form: dict[str, str]) -> tuple[int, bytes, str]:
    """Status, body and Location of the answer, whatever it is; no redirect is followed."""
    return fetch(url, urllib.parse.urlencode(form).encode())


def fetch(url: str, content: bytes | None = None) -> tuple[int, bytes, str]:
    """As :func:`post_form`, or a GET when there is no content."""
    opener = urllib.request.build_opener(_Stay)
    try:
        with opener.open(url, content, timeout=20) as answer:
            return answer.status, answer.read(), answer.headers.get("Location", "")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(), error.headers.get("Location", "")


def claims(token: str) -> dict[str, Any]:
    payload = token.split(".")[1]
    read: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return read


def waits_of_a_quiet_call(patch: str) -> int:
    """How often the emulator sleeps for the first line of a function that writes none, on a clock of its own."""
    program = """
        import importlib, queue, sys
        from ministack.core import lambda_runtime as runtime
        if len(sys.argv) > 1:
            importlib.import_module("local.patches." + sys.argv[1]).apply()
        class Clock:
            now, sleeps = 0.0, 0
            def time(self):
                return self.now
            def sleep(self, seconds):
                self.now += seconds
                self.sleeps += 1
        runtime.time = Clock()
        worker = runtime.Worker.__new__(runtime.Worker)
        worker._stderr_queue = queue.Queue()
        worker._drain_stderr_bounded()
        print(runtime.time.sleeps)
    """
    command = [sys.executable, "-c", textwrap.dedent(program), *([patch] if patch else [])]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return int(done.stdout.split()[-1])


def stack_outputs(emulator: Emulator, name: str, template: object) -> dict[str, str]:
    """Makes a stack and waits for it; its outputs."""
    formation = client("cloudformation", emulator.endpoint)
    formation.create_stack(StackName=name, TemplateBody=json.dumps(template))

    def stack() -> dict[str, Any]:
        described: dict[str, Any] = formation.describe_stacks(StackName=name)["Stacks"][0]
        return {} if described["StackStatus"].endswith("_IN_PROGRESS") else described

    done = eventually(stack)
    assert done["StackStatus"] == "CREATE_COMPLETE"
    return {output["OutputKey"]: output["OutputValue"] for output in done["Outputs"]}


def refusal(attempt: Callable[[], object]) -> str:
    """The code with which AWS refuses, or nothing when it does not."""
    with contextlib.suppress(KeyError):
        try:
            attempt()
        except ClientError as error:
            return str(error.response["Error"]["Code"])
    return ""
