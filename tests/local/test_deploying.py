"""The assembly is made when something has changed and only then, and is deployed in the order of its dependencies."""

from __future__ import annotations

import io
import json
import os
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local import assembly as assemblies
from local import cache, deploy, keys, outputs, stage
from local.aws import client
from tests.local.emulators import Emulator


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "checkout"
    for name in ("infra/app.py", "functions/unlock/handler.py", "layers/common/requirements.txt", "web/index.html"):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (root / "cdk.json").write_text("{}")
    (root / "stage.json").write_text("{}")
    monkeypatch.setattr(assemblies, "ROOT", root)
    return root


class App:
    """Stands for the CDK app: writes a manifest, and counts."""

    def __init__(self, fails: bool = False) -> None:
        self.runs: list[Mapping[str, str]] = []
        self._fails = fails

    def __call__(self, environment: Mapping[str, str]) -> None:
        self.runs.append(environment)
        folder = Path(environment["CDK_OUTDIR"])
        (folder / "half-done").write_text("")
        if self._fails:
            raise RuntimeError
        (folder / "manifest.json").write_text("{}")


def test_what_has_not_changed_is_not_synthesised_again(checkout: Path, tmp_path: Path):
    app = App()
    first = assemblies.assembly(checkout / "stage.json", tmp_path / "cache", app)
    second = assemblies.assembly(checkout / "stage.json", tmp_path / "cache", app)
    assert first == second
    assert (first / "manifest.json").is_file()
    assert len(app.runs) == 1


@pytest.mark.parametrize(
    "changed", ["infra/app.py", "functions/unlock/handler.py", "layers/common/requirements.txt", "web/index.html",
                "cdk.json", "stage.json", "infra/stacks/new.py"]
)  # fmt: skip
def test_any_change_of_an_input_is_seen(checkout: Path, tmp_path: Path, changed: str):
    app = App()
    assemblies.assembly(checkout / "stage.json", tmp_path / "cache", app)
    (checkout / changed).parent.mkdir(exist_ok=True)
    (checkout / changed).write_text("changed")
    assemblies.assembly(checkout / "stage.json", tmp_path / "cache", app)
    assert len(app.runs) == 2


def test_a_synthesis_that_failed_is_never_taken_for_an_assembly(checkout: Path, tmp_path: Path):
    with pytest.raises(RuntimeError):
        assemblies.assembly(checkout / "stage.json", tmp_path / "cache", App(fails=True))
    app = App()
    folder = assemblies.assembly(checkout / "stage.json", tmp_path / "cache", app)
    assert len(app.runs) == 1
    assert (folder / "manifest.json").is_file()


def test_synthesis_sees_no_real_credentials(checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "real")
    app = App()
    assemblies.assembly(checkout / "stage.json", tmp_path / "cache", app)
    assert {"AWS_PROFILE", "AWS_SESSION_TOKEN"}.isdisjoint(app.runs[0])
    assert app.runs[0]["AWS_ACCESS_KEY_ID"] == "test"


def test_what_has_long_not_been_used_is_forgotten(tmp_path: Path):
    for number in range(5):
        (tmp_path / str(number)).mkdir()
        os.utime(tmp_path / str(number), (number, number))
    (tmp_path / "file").write_text("")
    os.utime(tmp_path / "file", (1, 1))
    cache.use(tmp_path / "0")
    cache.forget_unused(tmp_path, kept=3)
    assert {path.name for path in tmp_path.iterdir()} == {"0", "4", "3"}
    cache.forget_unused(tmp_path / "nothing", kept=3)


def test_keys_are_made_once_and_only_their_owner_can_read_them(tmp_path: Path):
    path = tmp_path / "instance" / "keys.json"
    made = keys.keys(path)
    assert keys.keys(path) == made
    assert len(made.request) >= 43
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert keys.keys(tmp_path / "other.json") != made


def test_a_data_folder_that_is_older_than_a_secret_keeps_what_it_has_and_gets_the_secret(tmp_path: Path):
    """Else its series, its coins and its people would be lost with an update."""
    path = tmp_path / "keys.json"
    made = keys.keys(path)
    old = {name: value for name, value in made._asdict().items() if name != "request"}
    path.write_text(json.dumps(old))
    mended = keys.keys(path)
    assert mended == made._replace(request=mended.request)
    assert mended.request != made.request
    assert keys.keys(path) == mended
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_stage_file_holds_nothing_secret_and_is_what_the_app_reads(tmp_path: Path):
    from infra.config import load

    made = keys.keys(tmp_path / "keys.json")
    authority = tmp_path / "authority.pem"
    emulator, edge, stripe, ads = (f"http://127.0.0.1:{port}" for port in (1, 2, 3, 4))
    facts = stage.Facts(emulator, edge, stripe, ads, authority, made)
    stage.write(tmp_path / "stage.json", facts)
    text = (tmp_path / "stage.json").read_text()
    assert made.private.splitlines()[1] not in text
    assert made.origin not in text
    assert made.request not in text
    assert made.stripe not in text
    assert made.webhook not in text
    assert json.loads(made.partner)["keys"][0]["key"] not in text
    config = load("local", tmp_path / "stage.json")
    assert config.not_ready() == ()
    assert config.signing_secret(keys.KEY_NAME) == keys.SIGNING_SECRET
    assert config.origin_secret == keys.ORIGIN_SECRET
    assert config.request_secret == keys.REQUEST_SECRET
    assert config.request_digest == made.request_digest
    assert config.stripe_key == keys.STRIPE_KEY
    assert config.webhook_secrets == keys.WEBHOOK_SECRETS
    assert config.partner_keys == keys.PARTNER_KEYS
    assert config.endpoints.stripe_api_base == "http://127.0.0.1:3"
    assert config.endpoints.webhook_networks == ("127.0.0.0/8",)
    assert config.endpoints.webhook_ca == str(authority)


def test_all_secrets_stand_in_the_emulator_however_often_they_are_put(patched: Emulator, tmp_path: Path):
    made = keys.keys(tmp_path / "keys.json")
    for _ in range(2):
        keys.store(patched.endpoint, made)
    vault = client("secretsmanager", patched.endpoint)
    assert vault.get_secret_value(SecretId=keys.SIGNING_SECRET)["SecretString"] == made.private
    origin = vault.get_secret_value(SecretId=keys.ORIGIN_SECRET)
    assert origin["SecretString"] == made.origin
    assert origin["VersionId"] == made.origin_digest
    assert vault.get_secret_value(SecretId=keys.REQUEST_SECRET)["SecretString"] == made.request


def test_the_local_stripe_takes_and_signs_with_what_stands_in_the_emulator(patched: Emulator, tmp_path: Path):
    made = keys.keys(tmp_path / "keys.json")
    keys.store(patched.endpoint, made)
    vault = client("secretsmanager", patched.endpoint)
    stored = [vault.get_secret_value(SecretId=name)["SecretString"] for name in (keys.STRIPE_KEY, keys.WEBHOOK_SECRETS)]
    keys.write_stripe(tmp_path / "stripe.json", made)
    assert json.loads((tmp_path / "stripe.json").read_text()) == json.loads(stored[0]) | json.loads(stored[1])
    assert stat.S_IMODE((tmp_path / "stripe.json").stat().st_mode) == 0o600


def test_the_same_files_make_the_same_archive(tmp_path: Path):
    source = tmp_path / "source"
    (source / "inner").mkdir(parents=True)
    (source / "inner" / "b.py").write_text("b")
    (source / "a.py").write_text("a")
    first = deploy._archive(source, tmp_path / "first.zip")
    os.utime(source / "a.py", (0, 0))
    second = deploy._archive(source, tmp_path / "second.zip")
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {"a.py": b"a", "inner/b.py": b"b"}


def an_assembly(folder: Path, stacks: dict[str, dict[str, Any]], needs: Mapping[str, list[str]]) -> Path:
    """A synthesised assembly of small stacks, as the CDK writes it."""
    artifacts: dict[str, Any] = {}
    for name, template in stacks.items():
        (folder / f"{name}.template.json").write_text(json.dumps(template))
        key = f"{abs(hash(json.dumps(template)))}.json"
        bucket = "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"
        files = {
            "template": {
                "source": {"path": f"{name}.template.json", "packaging": "file"},
                "destinations": {"here": {"bucketName": bucket, "objectKey": key}},
            }
        }
        (folder / f"{name}.assets.json").write_text(json.dumps({"files": files}))
        artifacts[f"{name}.assets"] = {"type": "cdk:asset-manifest", "properties": {"file": f"{name}.assets.json"}}
        artifacts[name] = {
            "type": "aws:cloudformation:stack",
            "dependencies": [*needs.get(name, []), f"{name}.assets"],
            "properties": {"stackTemplateAssetObjectUrl": f"s3://{bucket}/{key}"},
        }
    (folder / "manifest.json").write_text(json.dumps({"artifacts": artifacts}))
    return folder


def a_parameter(value: object) -> dict[str, Any]:
    return {
        "Resources": {"It": {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": value}}},
        "Outputs": {"Value": {"Value": value, "Export": {"Name": "exported"}}},
    }


def test_stacks_are_deployed_after_those_that_they_need_and_again_without_change(patched: Emulator, tmp_path: Path):
    importing = {
        "Resources": {
            "It": {
                "Type": "AWS::SSM::Parameter",
                "Properties": {"Type": "String", "Value": {"Fn::ImportValue": "exported"}},
            }
        },
        "Outputs": {"Taken": {"Value": {"Fn::ImportValue": "exported"}}},
    }
    folder = an_assembly(tmp_path, {"a-taker": importing, "b-giver": a_parameter("one")}, {"a-taker": ["b-giver"]})
    told: list[str] = []
    for _ in range(2):
        deploy.deploy(folder, patched.endpoint, tmp_path / "archives", told.append)
        assert deploy.outputs(patched.endpoint, "a-")["Taken"] == "one"
    assert told == ["b-giver", "a-taker"] * 2


def test_a_changed_stack_is_updated(patched: Emulator, tmp_path: Path):
    for value in ("before", "after"):
        template = {
            "Resources": {"It": {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": value}}},
            "Outputs": {"Changed": {"Value": value}},
        }
        folder = tmp_path / value
        folder.mkdir()
        made = an_assembly(folder, {"changing": template}, {})
        deploy.deploy(made, patched.endpoint, tmp_path / "archives", lambda _: None)
        assert deploy.outputs(patched.endpoint, "chang") == {"Changed": value}


def test_a_stack_that_cannot_be_made_is_told_with_the_reason(patched: Emulator, tmp_path: Path):
    broken = {"Resources": {"It": {"Type": "AWS::No::Such", "Properties": {}}}}
    with pytest.raises(ClientError, match="AWS::No::Such"):
        deploy.deploy(an_assembly(tmp_path, {"broken": broken}, {}), patched.endpoint, tmp_path, lambda _: None)
    needy = {
        "Resources": {
            "It": {
                "Type": "AWS::SSM::Parameter",
                "Properties": {"Type": "String", "Value": "{{resolve:secretsmanager:nothing-here:SecretString}}"},
            }
        }
    }
    with pytest.raises(deploy.DeployFailed, match="nothing-here"):
        deploy.deploy(an_assembly(tmp_path, {"needy": needy}, {}), patched.endpoint, tmp_path, lambda _: None)


def test_outputs_name_everything_that_a_program_needs(tmp_path: Path):
    stacks = {
        name: name.lower()
        for name in (
            "UserPoolId",
            "ClientId",
            "KeyPairId",
            "EventBus",
            *outputs.TABLES.values(),
            *outputs.BUCKETS.values(),
        )
    }
    addresses = outputs.Addresses(
        "http://127.0.0.1:1",
        "http://127.0.0.1:2/g",
        "http://127.0.0.1:2",
        "http://127.0.0.1:3",
        "http://127.0.0.1:4",
        "http://127.0.0.1:5",
        "http://127.0.0.1:6",
        "https://127.0.0.1:7",
        "http://127.0.0.1:8",
    )
    document = outputs.outputs(addresses, stacks, tmp_path)
    outputs.write(tmp_path / "outputs.json", document)
    read = json.loads((tmp_path / "outputs.json").read_text())
    assert {"apiUrl", "webUrl", "edgeUrl", "gatewayUrl", "cognitoUrl", "endpointUrl", "clientId", "region"} <= set(read)
    assert set(read["tables"]) == {
        "ledger", "catalog", "uploads", "people", "rates", "switches", "parked", "cases"
    }  # fmt: skip
    groups = {"mia": None, "noa": None, "cleo": "creator", "mel": "member", "opal": "operator", "otis": "operator"}
    groups |= {"pia": "partner", "rita": "reviewer", "rolf": "reviewer", "vic": "creator"}
    assert {name: user["group"] for name, user in read["users"].items()} == groups
    assert all(set(user) == {"email", "password", "group"} for user in read["users"].values())
    assert Path(read["mailbox"]).name == "mailbox"
    assert (read["stripeUrl"], read["mailboxUrl"]) == ("http://127.0.0.1:4", "http://127.0.0.1:5")
    assert read["adsUrl"] == "http://127.0.0.1:8"
    assert (read["receiverUrl"], read["hooksUrl"]) == ("http://127.0.0.1:6", "https://127.0.0.1:7")
    assert f"{read['apiUrl']}/v1/series" == "http://127.0.0.1:1/v1/series"
