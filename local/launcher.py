"""Starts the whole platform, in the order in which its parts need each other, and stops it with nothing left behind."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local import (
    cache,
    calls,
    campaign,
    cast,
    deploy,
    function_logs,
    keys,
    outputs,
    partner,
    ports,
    stage,
    upload,
    verification,
)
from local.assembly import assembly
from local.environment import ACCOUNT, LOOPBACK, REGION, callers_environment, process_environment
from local.paths import CACHE, LOGS, MAILBOX, OUTPUTS, Paths
from local.processes import Children, ProcessEnded, answers
from local.progress import Display
from local.receiver.authority import trust
from local.story import Story
from local.tasks import Task

START_TIMEOUT_S = 60
HEALTH = "/_local/health"
STAGE = "local"
STACKS = f"cliffhanger-{STAGE}-"
CACHED = 40
"""How many unpacked layers and zipped assets are kept."""


def failures() -> tuple[type[Exception], ...]:
    """The errors that starting the platform can end with, each with a message for a person."""
    ours = (ProcessEnded, deploy.DeployFailed, upload.UploadFailed, calls.CallRefused, cast.NoPerson)
    return (*ours, BotoCoreError, ClientError)


class Platform:
    """One platform. ``up`` starts it, ``stop`` ends it; ``check`` raises when a part has ended by itself."""

    def __init__(self, paths: Paths, show: Display, *, with_cli: bool = False) -> None:
        self._paths = paths
        self._show = show
        self._with_cli = with_cli
        self._children = Children(LOGS)
        self._ports = ports.choose(paths.ports)
        self._keys = keys.keys(paths.keys)
        self._emulator = f"http://{LOOPBACK}:{self._ports.emulator}"
        self._media = f"http://{LOOPBACK}:{self._ports.mediaconvert}"
        self._edge = f"http://{LOOPBACK}:{self._ports.edge}"
        self._stripe = f"http://{LOOPBACK}:{self._ports.stripe}"
        self._mailbox = f"http://{LOOPBACK}:{self._ports.mailbox}"
        self._ads = f"http://{LOOPBACK}:{self._ports.ads}"
        self._receiver = f"http://{LOOPBACK}:{self._ports.receiver}"
        self._hooks = f"https://{LOOPBACK}:{self._ports.hooks}"
        self._environment = process_environment(self._emulator, self._media, paths.scratch)
        self._story = Story(self._children, show, self._environment, CACHE / "demo")
        self._document: dict[str, Any] = {}
        self._creator = ""
        self._partner: dict[str, Any] = {}
        self._writing = threading.Lock()
        self._stopped = False

    def up(self) -> dict[str, Any]:
        """Starts everything; answers with the outputs once the first two episodes play.

        Raises:
            ProcessEnded, DeployFailed, CallRefused, UploadFailed: a part could not be brought up.
        """
        self._clean()
        own = (self._emulator, self._edge, self._stripe, self._ads)
        facts = stage.Facts(*own, trust(self._paths.receiver).authority, self._keys)
        stage.write(self._paths.stage, facts)
        drawing = Task(partial(self._story.draw, cast.FIRST))
        synthesis = None if self._with_cli else Task(self._synthesise)
        self._start_emulator()
        self._start_stripe()
        self._start_mailbox()
        self._start_receiver()
        self._start_ads()
        keys.store(self._emulator, self._keys)
        templates = self._deploy_by_cli() if synthesis is None else self._deploy(synthesis.result(self.check))
        stacks = self._stacks()
        gateway = f"{self._emulator}/_aws/execute-api/{stacks['ApiId']}/$default"
        self._start_edge(stacks, gateway, templates / f"{STACKS}web.template.json")
        creator = self._people(stacks)
        drawing.result(self.check)
        self._story.publish(self._edge, creator, cast.FIRST, self.check)
        self._document = outputs.outputs(self._addresses(gateway), stacks, self._paths.state)
        self._document["partner"] = self._partner
        self._creator = creator
        self._write(self._story.report())
        return self._document

    def follow(self) -> None:
        """Lets the later episodes follow in the background, until they are there or the platform stops."""
        Task(partial(self._story.follow, self._edge, self._creator, self._write))

    def _write(self, story: list[dict[str, Any]]) -> None:
        """The outputs, with how far the story is; no more of them once the platform stops."""
        with self._writing:
            if not self._stopped:
                self._document["story"] = story
                outputs.write(OUTPUTS, self._document)

    def check(self) -> None:
        """Does nothing while all parts run.

        Raises:
            ProcessEnded: one has ended by itself.
        """
        self._children.check()

    def stop(self) -> None:
        """Stops every process and takes the outputs away; what the functions have logged is kept below the logs."""
        with self._writing:
            self._stopped = True
            OUTPUTS.unlink(missing_ok=True)
        self._story.stop()
        function_logs.save(self._emulator, LOGS / "functions")
        self._children.stop()
        shutil.rmtree(self._paths.scratch, ignore_errors=True)

    def _clean(self) -> None:
        shutil.rmtree(self._paths.scratch, ignore_errors=True)
        self._paths.scratch.mkdir(parents=True)
        # Kept state holds the stage's secrets.
        self._paths.instance.chmod(0o700)
        if not self._paths.keep:
            for folder in (self._paths.state, MAILBOX):
                shutil.rmtree(folder, ignore_errors=True)
        for name in ("layers", "archives"):
            cache.forget_unused(CACHE / name, CACHED)

    def _synthesise(self) -> Path:
        with self._show.step("Synthesising the CDK app") as step:
            run = partial(self._children.run, "synthesis", "infra.app", [], told=step.tell)
            return assembly(self._paths.stage, CACHE / "assemblies", run)

    def _start_emulator(self) -> None:
        with self._show.step("Starting the emulator"):
            arguments = ["--port", str(self._ports.emulator), "--state", str(self._paths.state)]
            arguments += ["--layers", str(CACHE / "layers"), "--mailbox", str(MAILBOX)]
            arguments += ["--keep"] if self._paths.keep else []
            emulator = self._children.start("emulator", "local.emulator", arguments, self._environment)
            arguments = ["--port", str(self._ports.mediaconvert), "--endpoint", self._emulator]
            arguments += ["--cache", str(CACHE / "transcodes")]
            media = self._children.start("mediaconvert", "local.mediaconvert", arguments, self._environment)
            self._children.wait_until(emulator, lambda: answers(f"{self._emulator}/_ministack/ready"), START_TIMEOUT_S)
            self._children.wait_until(media, lambda: answers(self._media + HEALTH), START_TIMEOUT_S)

    def _start_stripe(self) -> None:
        with self._show.step("Starting Stripe"):
            keys.write_stripe(self._paths.stripe_secret, self._keys)
            arguments = ["--port", str(self._ports.stripe), "--secret", str(self._paths.stripe_secret)]
            arguments += ["--webhook", f"{self._edge}/v1/webhooks/stripe"]
            arguments += ["--state", str(self._paths.stripe_state)] if self._paths.keep else []
            stripe = self._children.start("stripe", "local.stripe", arguments, self._environment)
            self._children.wait_until(stripe, lambda: answers(self._stripe + HEALTH), START_TIMEOUT_S)

    def _start_mailbox(self) -> None:
        with self._show.step("Starting the mailbox"):
            arguments = ["--port", str(self._ports.mailbox), "--folder", str(MAILBOX)]
            mailbox = self._children.start("mailbox", "local.mailbox", arguments, self._environment)
            self._children.wait_until(mailbox, lambda: answers(self._mailbox + HEALTH), START_TIMEOUT_S)

    def _start_receiver(self) -> None:
        with self._show.step("Starting the receiver"):
            arguments = ["--port", str(self._ports.receiver), "--hooks", str(self._ports.hooks)]
            arguments += ["--folder", str(self._paths.receiver)]
            receiver = self._children.start("receiver", "local.receiver", arguments, self._environment)
            self._children.wait_until(receiver, lambda: answers(self._receiver + HEALTH), START_TIMEOUT_S)

    def _start_ads(self) -> None:
        with self._show.step("Starting the ad network"):
            arguments = ["--port", str(self._ports.ads), "--callback", f"{self._edge}/v1/webhooks/admob"]
            ads = self._children.start("ads", "local.ads", arguments, self._environment)
            self._children.wait_until(ads, lambda: answers(self._ads + HEALTH), START_TIMEOUT_S)

    def _deploy(self, folder: Path) -> Path:
        with self._show.step("Deploying the stacks") as step:
            work = partial(deploy.deploy, folder, self._emulator, CACHE / "archives", step.tell)
            Task(work).result(self.check)
        return folder

    def _deploy_by_cli(self) -> Path:
        """As it deploys to an account. The command line's exit status decides nothing: what answers does."""
        folder = self._paths.scratch / "cdk.out"
        same = ["--stage", STAGE, "-c", f"stageFile={self._paths.stage}", "--output", str(folder)]
        # An installer may need the caller's own settings; everything of AWS in them is replaced.
        environment = {**callers_environment(), **self._environment}
        for name, words in (
            ("bootstrap", [f"aws://{ACCOUNT}/{REGION}"]),
            ("deploy", ["--all", "--require-approval", "never", "--ci"]),
        ):
            arguments = [name, *words, *same]
            with self._show.step(f"cdk {name}"):
                run = partial(self._children.run, f"cdk-{name}", "tools.cdk", arguments, environment, check=False)
                Task(run).result(self.check)
        return folder

    def _stacks(self) -> dict[str, str]:
        """The stacks' outputs.

        Raises:
            DeployFailed: one is missing; the logs of the deploy say why.
        """
        found = deploy.outputs(self._emulator, STACKS)
        missing = sorted(set(outputs.REQUIRED) - set(found))
        if missing:
            raise deploy.DeployFailed(f"the stacks lack the outputs {', '.join(missing)}; see {LOGS}")
        return found

    def _start_edge(self, stacks: Mapping[str, str], gateway: str, template: Path) -> None:
        """The edge takes each behaviour's response headers from the distribution's own template."""
        config = {
            "gatewayUrl": gateway,
            "endpointUrl": self._emulator,
            "region": REGION,
            "mediaBucket": stacks["MediaBucket"],
            "webBucket": stacks["PagesBucket"],
            "originSecretId": keys.ORIGIN_SECRET,
            "publicKeys": {stacks["KeyPairId"]: self._keys.public},
            "publicOrigin": self._edge,
            "template": str(template),
        }
        self._paths.edge.write_text(json.dumps(config, indent=2) + "\n")
        with self._show.step("Starting the edge"):
            arguments = ["--port", str(self._ports.edge), "--config", str(self._paths.edge)]
            edge = self._children.start("edge", "local.edge", arguments, self._environment)
            self._children.wait_until(edge, lambda: answers(self._edge + HEALTH), START_TIMEOUT_S)

    def _addresses(self, gateway: str) -> outputs.Addresses:
        own = (self._stripe, self._mailbox, self._receiver, self._hooks, self._ads)
        return outputs.Addresses(self._edge, gateway, self._emulator, self._media, *own)

    def _people(self, stacks: Mapping[str, str]) -> str:
        """Creates people, series, coins, a partner, its campaign, a check; answers with the creator's access token."""
        with self._show.step("Creating people, series, coins, a partner, its campaign and a check"):
            return Task(partial(self._seed, stacks)).result(self.check)

    def _seed(self, stacks: Mapping[str, str]) -> str:
        cast.create_users(self._emulator, stacks["UserPoolId"])
        tokens = {user.name: cast.sign_in(self._emulator, stacks["ClientId"], user) for user in cast.USERS}
        arguments = ["--catalog", stacks["CatalogTable"], "--ledger", stacks["LedgerTable"]]
        arguments += ["--owner", cast.person_of(tokens["cleo"]), "--viewer", cast.person_of(tokens["mia"])]
        self._children.run("seed", "local.seed", arguments, self._environment)
        for name, profile in cast.PROFILES.items():
            calls.call("PUT", f"{self._edge}/v1/me", tokens[name], profile)
        people = partner.People(tokens["opal"], tokens["pia"], cast.person_of(tokens["pia"]))
        self._partner = partner.seed(partner.Places(self._edge, self._receiver, self._hooks), people)
        self._partner["campaignId"] = campaign.seed(self._edge, campaign.Operators(tokens["opal"], tokens["otis"]))
        verification.seed(self._edge, self._stripe, tokens["vic"])
        return tokens["cleo"]
