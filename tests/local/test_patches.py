"""What each patch promises holds with it and does not hold without it.

So a patch that is not applied fails here, and so does one that the emulator has come to do without.
"""

from __future__ import annotations

import html
import json
import re
import urllib.parse
from pathlib import Path

import pytest

from local import patches
from local.aws import client
from tests.local.arrangements import (
    CALLBACK,
    PASSWORD,
    a_consumer,
    a_function,
    a_person,
    a_pool,
    archive,
    call,
    claims,
    code_for,
    document,
    eventually,
    fetch,
    lines,
    mails,
    objects_as,
    post_form,
    refresh,
    refusal,
    service_as,
    stack_outputs,
    tokens_by_code,
    waits_of_a_quiet_call,
    write,
)
from tests.local.emulators import Emulator, start_emulator

KEY = "-----BEGIN PUBLIC KEY-----\nMFww\n-----END PUBLIC KEY-----\n"


def test_public_keys_key_groups_and_queues_can_be_made_by_a_stack(patched: Emulator, stock: Emulator):
    key = {"PublicKeyConfig": {"CallerReference": "1", "Name": "k", "EncodedKey": KEY}}
    group = {"KeyGroupConfig": {"Name": "g", "Items": [{"Ref": "Key"}]}}
    template = {
        "Resources": {
            "Key": {"Type": "AWS::CloudFront::PublicKey", "Properties": key},
            "Group": {"Type": "AWS::CloudFront::KeyGroup", "Properties": group},
            "Queue": {"Type": "AWS::MediaConvert::Queue", "Properties": {"Name": "q"}},
        },
        "Outputs": {
            "Key": {"Value": {"Ref": "Key"}},
            "Group": {"Value": {"Ref": "Group"}},
            "Queue": {"Value": {"Fn::GetAtt": ["Queue", "Arn"]}},
        },
    }
    made = stack_outputs(patched, "types", template)
    front = client("cloudfront", patched.endpoint)
    assert front.get_public_key(Id=made["Key"])["PublicKey"]["PublicKeyConfig"]["EncodedKey"] == KEY
    assert front.get_key_group(Id=made["Group"])["KeyGroup"]["KeyGroupConfig"]["Items"] == [made["Key"]]
    assert made["Queue"] == "arn:aws:mediaconvert:us-east-1:000000000000:queues/q"
    assert refusal(lambda: stack_outputs(stock, "types", template)) == "ValidationError"


def test_a_bucket_that_refuses_plain_http_takes_loopback(patched: Emulator, stock: Emulator):
    def put(emulator: Emulator) -> None:
        objects = client("s3", emulator.endpoint)
        objects.create_bucket(Bucket="tls-only")
        statement = {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": "arn:aws:s3:::tls-only/*",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
        objects.put_bucket_policy(Bucket="tls-only", Policy=document(statement))
        person = a_person(emulator, "writer", {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"})
        objects_as(emulator, person).put_object(Bucket="tls-only", Key="k", Body=b"x")

    assert refusal(lambda: put(patched)) == ""
    assert refusal(lambda: put(stock)) == "AccessDenied"


def test_who_may_send_a_message_may_send_ten_at_once(patched: Emulator, stock: Emulator):
    def send(emulator: Emulator, action: str) -> None:
        url = client("sqs", emulator.endpoint).create_queue(QueueName="ten")["QueueUrl"]
        person = a_person(emulator, f"may-{action}", {"Effect": "Allow", "Action": f"sqs:{action}", "Resource": "*"})
        entries = [{"Id": str(number), "MessageBody": "x", "MessageGroupId": "g"} for number in range(10)]
        service_as(emulator, person, "sqs").send_message_batch(QueueUrl=url, Entries=entries)

    assert refusal(lambda: send(patched, "SendMessage")) == ""
    assert refusal(lambda: send(patched, "ReceiveMessage")) == "AccessDenied"
    assert refusal(lambda: send(stock, "SendMessage")) == "AccessDenied"


def test_mediaconvert_alone_may_publish_as_a_service(patched: Emulator, stock: Emulator):
    def failed(emulator: Emulator, source: str) -> int:
        entry = {"Source": source, "DetailType": "x", "Detail": "{}"}
        return int(client("events", emulator.endpoint).put_events(Entries=[entry])["FailedEntryCount"])

    assert failed(patched, "aws.mediaconvert") == 0
    assert failed(patched, "aws.s3") == 1
    assert failed(stock, "aws.mediaconvert") == 1


def test_items_that_a_stream_consumer_reports_as_failed_come_again(patched: Emulator, stock: Emulator, tmp_path: Path):
    code = """
        import os
        def handler(event, context):
            failures = []
            for record in event["Records"]:
                name = record["dynamodb"]["Keys"]["id"]["S"]
                seen = open(os.environ["SEEN"]).read().split() if os.path.exists(os.environ["SEEN"]) else []
                if name not in seen:
                    failures.append({"itemIdentifier": record["dynamodb"]["SequenceNumber"]})
                open(os.environ["SEEN"], "a").write(name + "\\n")
            return {"batchItemFailures": failures}
    """

    def deliveries(emulator: Emulator, seen: Path) -> int:
        a_consumer(emulator, code, seen)
        write(emulator, "first")
        assert eventually(lambda: "first" in lines(seen))
        # The stream is in order: once later items have been handled, the first had its chance to come again.
        write(emulator, "second")
        assert eventually(lambda: "second" in lines(seen))
        write(emulator, "third")
        assert eventually(lambda: "third" in lines(seen))
        return lines(seen).count("first")

    assert deliveries(patched, tmp_path / "patched") > 1
    assert deliveries(stock, tmp_path / "stock") == 1


@pytest.mark.parametrize("mended", [True, False])
def test_what_is_written_around_a_restart_is_delivered(tmp_path: Path, mended: bool):
    code = """
        import os
        def handler(event, context):
            for record in event["Records"]:
                open(os.environ["SEEN"], "a").write(record["dynamodb"]["Keys"]["id"]["S"] + "\\n")
    """
    seen = tmp_path / "seen"
    without = () if mended else ("stream_records",)
    first = start_emulator(tmp_path, keep=True, without=without)
    try:
        a_consumer(first, code, seen)
        write(first, "one", "two", "three")
        assert eventually(lambda: len(lines(seen)) == 3)
    finally:
        first.children.stop()
    second = start_emulator(tmp_path, keep=True, without=without)
    try:
        write(second, "after")
        assert eventually(lambda: "after" in lines(seen), 30.0 if mended else 4.0, required=False) is mended
        assert lines(seen).count("one") == 1
    finally:
        second.children.stop()


def test_a_function_that_logs_nothing_answers_at_once():
    assert waits_of_a_quiet_call(patch="") > 40
    assert waits_of_a_quiet_call(patch="quiet_calls") < 10


def test_a_layer_is_unpacked_once_for_all_workers(patched: Emulator, stock: Emulator):
    code = """
        import inlayer
        def handler(event, context):
            return inlayer.__file__
    """

    def two_places(emulator: Emulator) -> tuple[str, str]:
        layer = client("lambda", emulator.endpoint).publish_layer_version(
            LayerName="shared", Content={"ZipFile": archive({"python/inlayer.py": "x = 1"})}
        )["LayerVersionArn"]
        for name in ("one", "two"):
            a_function(emulator, name, code, layers=[layer])
        return str(call(emulator, "one")), str(call(emulator, "two"))

    first, second = two_places(patched)
    assert first == second
    assert Path(first).is_relative_to(patched.state)
    first, second = two_places(stock)
    assert first != second


def test_functions_find_no_library_that_their_layers_do_not_bring(patched: Emulator, stock: Emulator):
    code = """
        import importlib.util
        def handler(event, context):
            return importlib.util.find_spec("pytest_socket") is not None
    """
    for emulator, found in ((patched, False), (stock, True)):
        a_function(emulator, "bare", code)
        assert call(emulator, "bare") is found


def test_signing_out_revokes_the_refresh_token(patched: Emulator, stock: Emulator):
    for emulator, revoked in ((patched, True), (stock, False)):
        app = a_pool(emulator)
        token = tokens_by_code(emulator, app)["refresh_token"]
        assert "access_token" in refresh(emulator, app, token)
        post_form(f"{emulator.endpoint}/oauth2/revoke", {"token": token, "client_id": app})
        assert ("access_token" not in refresh(emulator, app, token)) is revoked


def test_a_refreshed_token_still_names_the_groups(patched: Emulator, stock: Emulator):
    for emulator, groups in ((patched, ["creator"]), (stock, None)):
        app = a_pool(emulator)
        first = tokens_by_code(emulator, app)
        assert claims(first["access_token"])["cognito:groups"] == ["creator"]
        second = refresh(emulator, app, first["refresh_token"])
        assert claims(second["access_token"]).get("cognito:groups") == groups


def test_what_ses_sends_can_be_read_in_the_mailbox(patched: Emulator, stock: Emulator):
    body = {"Text": {"Data": "9.99 EUR"}, "Html": {"Data": "<p>9.99 EUR</p>"}}
    asked = {
        "FromEmailAddress": "Cliffhanger <hello@cliffhanger.example>",
        "Destination": {"ToAddresses": ["receipt@example.com"]},
        "Content": {"Simple": {"Subject": {"Data": "Your receipt"}, "Body": body}},
    }
    client("sesv2", patched.endpoint).send_email(**asked)
    [mail] = [mail for mail in mails(patched) if "receipt@example.com" in mail]
    assert "Subject: Your receipt" in mail
    assert "text/plain" in mail
    assert "text/html" in mail
    assert refusal(lambda: client("sesv2", stock.endpoint).send_email(**asked)) == "MessageRejected"


def test_codes_are_sent_by_mail_and_are_nobody_else_s(patched: Emulator, stock: Emulator):
    def sign_up(emulator: Emulator, app: str, address: str) -> None:
        client("cognito-idp", emulator.endpoint).sign_up(
            ClientId=app,
            Username=address,
            Password=PASSWORD,
            UserAttributes=[{"Name": "email", "Value": address}],
        )

    app, one, two = a_pool(patched), "one@example.com", "two+../x@example.com"
    people = client("cognito-idp", patched.endpoint)
    for address in (one, two):
        sign_up(patched, app, address)
    first = code_for(patched, one)
    assert first != code_for(patched, two)

    def confirm(address: str, code: str) -> str:
        asked = {"ClientId": app, "Username": address, "ConfirmationCode": code}
        return refusal(lambda: people.confirm_sign_up(**asked))

    assert confirm(two, first) == "CodeMismatchException"
    people.resend_confirmation_code(ClientId=app, Username=two)
    assert len([mail for mail in mails(patched) if f"To: {two}\n" in mail]) == 2
    assert confirm(one, first) == confirm(two, code_for(patched, two)) == ""
    people.forgot_password(ClientId=app, Username=one)
    asked = {"ClientId": app, "Username": one, "ConfirmationCode": code_for(patched, one), "Password": PASSWORD}
    assert refusal(lambda: people.confirm_forgot_password(**asked)) == ""

    app, people = a_pool(stock), client("cognito-idp", stock.endpoint)
    sign_up(stock, app, one)
    people.confirm_sign_up(ClientId=app, Username=one, ConfirmationCode="123456")
    assert mails(stock) == []


def test_somebody_new_signs_up_on_the_sign_in_pages(patched: Emulator, stock: Emulator):
    def asked_by(app: str) -> dict[str, str]:
        return {"client_id": app, "redirect_uri": CALLBACK, "scope": "openid", "state": "s&<", "response_type": "code"}

    asked = asked_by(a_pool(patched))
    begin = f"{patched.endpoint}/oauth2/authorize?{urllib.parse.urlencode(asked)}"
    _, page, _ = fetch(begin)
    (link,) = re.findall(rb'href="(/signup[^"]*)"', page)
    status, page, _ = fetch(patched.endpoint + html.unescape(link.decode()))
    assert (status, b"s&amp;&lt;" in page) == (200, True)

    person = {**asked, "username": "newcomer@example.com"}
    _, page, _ = post_form(f"{patched.endpoint}/signup", {**person, "password": PASSWORD})
    assert b'action="/confirm"' in page
    assert b'class="error"' in post_form(f"{patched.endpoint}/signup", {**person, "password": PASSWORD})[1]
    assert b'class="error"' in post_form(f"{patched.endpoint}/confirm", {**person, "code": "no code"})[1]
    code = code_for(patched, person["username"])
    status, _, back = post_form(f"{patched.endpoint}/confirm", {**person, "code": f" {code} "})
    assert (status, patched.endpoint + back) == (302, begin)
    _, _, back = post_form(f"{patched.endpoint}/login", {**person, "password": PASSWORD})
    assert back.startswith(f"{CALLBACK}?code=")

    asked = asked_by(a_pool(stock))
    assert b"/signup" not in fetch(f"{stock.endpoint}/oauth2/authorize?{urllib.parse.urlencode(asked)}")[1]


def test_functions_get_both_endpoints_from_the_platform(patched: Emulator):
    code = """
        import os
        def handler(event, context):
            return [os.environ[name] for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_MEDIACONVERT", "AWS_REGION")]
    """
    a_function(patched, "where", code)
    assert call(patched, "where") == [patched.endpoint, patched.endpoint, "us-east-1"]


def test_every_patch_has_its_test_here():
    tested = {
        "cloudformation_types": test_public_keys_key_groups_and_queues_can_be_made_by_a_stack,
        "secure_transport": test_a_bucket_that_refuses_plain_http_takes_loopback,
        "batched_messages": test_who_may_send_a_message_may_send_ten_at_once,
        "media_events": test_mediaconvert_alone_may_publish_as_a_service,
        "partial_batches": test_items_that_a_stream_consumer_reports_as_failed_come_again,
        "stream_records": test_what_is_written_around_a_restart_is_delivered,
        "quiet_calls": test_a_function_that_logs_nothing_answers_at_once,
        "layer_cache": test_a_layer_is_unpacked_once_for_all_workers,
        "plain_interpreter": test_functions_find_no_library_that_their_layers_do_not_bring,
        "revoke_endpoint": test_signing_out_revokes_the_refresh_token,
        "refreshed_groups": test_a_refreshed_token_still_names_the_groups,
        "mailbox": test_codes_are_sent_by_mail_and_are_nobody_else_s,
        "sign_up_pages": test_somebody_new_signs_up_on_the_sign_in_pages,
    }
    assert set(tested) == set(patches.NAMES)


@pytest.mark.parametrize("name", patches.NAMES)
def test_each_patch_refuses_another_version_of_the_emulator(monkeypatch: pytest.MonkeyPatch, name: str):
    monkeypatch.setattr("importlib.metadata.version", lambda _: "1.5.34")
    with pytest.raises(patches.PatchRefused, match=name):
        patches.require_emulator(name)


def test_a_patch_that_does_not_exist_cannot_be_left_out():
    with pytest.raises(ValueError, match="no such patch: nonsense"):
        patches.apply(without=["nonsense"])


def test_versions_and_aliases_of_state_machines_can_be_made_by_a_stack(patched: Emulator, stock: Emulator):
    def machine(said: str) -> dict[str, object]:
        version = f"Version{said}"
        definition = f'{{"StartAt": "S", "States": {{"S": {{"Type": "Pass", "Result": "{said}", "End": true}}}}}}'
        arn, revision = ({"Fn::GetAtt": ["Machine", name]} for name in ("Arn", "StateMachineRevisionId"))
        routed = {"StateMachineVersionArn": {"Fn::GetAtt": [version, "Arn"]}, "Weight": 100}
        return {
            "Resources": {
                "Machine": {
                    "Type": "AWS::StepFunctions::StateMachine",
                    "Properties": {
                        "StateMachineName": "said",
                        "DefinitionString": definition,
                        "RoleArn": "arn:aws:iam::000000000000:role/said",
                    },
                },
                version: {
                    "Type": "AWS::StepFunctions::StateMachineVersion",
                    "DeletionPolicy": "Retain",
                    "UpdateReplacePolicy": "Retain",
                    "Properties": {"StateMachineArn": arn, "StateMachineRevisionId": revision},
                },
                "Live": {
                    "Type": "AWS::StepFunctions::StateMachineAlias",
                    "Properties": {"Name": "live", "RoutingConfiguration": [routed]},
                },
            },
            "Outputs": {"Live": {"Value": {"Fn::GetAtt": ["Live", "Arn"]}}},
        }

    states = client("stepfunctions", patched.endpoint)

    def routed(alias: str) -> str:
        [one] = states.describe_state_machine_alias(stateMachineAliasArn=alias)["routingConfiguration"]
        return str(states.describe_state_machine(stateMachineArn=one["stateMachineVersionArn"])["definition"])

    alias = stack_outputs(patched, "machines", machine("one"))["Live"]
    assert alias.endswith(":stateMachine:said:live")
    assert '"one"' in routed(alias)
    formation = client("cloudformation", patched.endpoint)
    formation.update_stack(StackName="machines", TemplateBody=json.dumps(machine("two")))
    status = "UPDATE_COMPLETE"
    assert eventually(lambda: formation.describe_stacks(StackName="machines")["Stacks"][0]["StackStatus"] == status)
    assert '"two"' in routed(alias)
    assert (
        len(states.list_state_machine_versions(stateMachineArn=alias.rpartition(":")[0])["stateMachineVersions"]) == 2
    )
    assert refusal(lambda: stack_outputs(stock, "machines", machine("one"))) == "ValidationError"
