"""The CDK app: ``python tools/cdk.py synth --stage dev``, or on its own ``python -m infra.app -c stage=dev``.

Stacks, in the order in which they are deployed (``cliffhanger-{stage}-...``):

    data, media             state; protected
    identity                state; the user pool with its trigger
    api, events, workflows  functions, and what calls them
    edge                    the firewall, in us-east-1
    web                     the distribution and the pages
    monitoring              the dashboard

Context:
    stage       required
    stageFile   another path than ``infra/stages/{stage}.json``
    draft       ``true``: only to look at, so what would forbid a deploy is a warning rather than an error
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from infra import EDGE_REGION, ROOT

import aws_cdk as cdk  # isort: skip - after infra, which chooses jsii's Node.js
from cdk_nag import AwsSolutionsChecks

from infra.config import ConfigError, StageConfig, load
from infra.grants import AccessError
from infra.packaging import Bundler, PackagingError, Target
from infra.resources import Resources
from infra.stacks.api import ApiStack
from infra.stacks.data import DataStack
from infra.stacks.edge import EdgeStack
from infra.stacks.events import EventsStack
from infra.stacks.identity import IdentityStack
from infra.stacks.media import MediaStack
from infra.stacks.monitoring import MonitoringStack
from infra.stacks.web import WebStack
from infra.stacks.workflows import WorkflowsStack


def new_app(context: dict[str, Any] | None = None, outdir: str | None = None) -> cdk.App:
    """An app with the feature flags of ``cdk.json``, which otherwise only the command line passes on."""
    flags = json.loads((ROOT / "cdk.json").read_text())["context"]
    return cdk.App(context={**flags, **(context or {})}, outdir=outdir, analytics_reporting=False)


def build(app: cdk.App, config: StageConfig, bundler: Bundler) -> dict[str, cdk.Stack]:
    """Put the stage's stacks into the app, and return them by their short names.

    Raises:
        AccessError: a function asks for an access that does not exist.
        PackagingError: a bundle cannot be made.
    """
    home = cdk.Environment(account=config.account, region=config.region)
    common: dict[str, Any] = {
        "env": home,
        "cross_region_references": config.region != EDGE_REGION,
    }
    stateful = {**common, "termination_protection": config.protected}
    name = config.name
    data = DataStack(app, name("data"), config=config, description="Tables and events", **stateful)
    media = MediaStack(app, name("media"), config=config, description="Buckets, transcoder, playback keys", **stateful)
    resources = _resources(config, data, media)
    identity = IdentityStack(
        app, name("identity"), config=config, resources=resources, bundler=bundler, description="People", **stateful
    )
    known = dataclasses.replace(resources, identity=identity.identity)
    api = ApiStack(app, name("api"), resources=known, bundler=bundler, description="HTTP API", **common)
    events = EventsStack(app, name("events"), resources=known, bundler=bundler, description="Consumers", **common)
    workflows = WorkflowsStack(
        app, name("workflows"), resources=known, bundler=bundler, description="Workflows", **common
    )
    edge = EdgeStack(
        app,
        name("edge"),
        config=config,
        description="Firewall and certificate",
        **{**common, "env": cdk.Environment(account=config.account, region=EDGE_REGION)},
    )
    web = WebStack(
        app,
        name("web"),
        resources=known,
        bundler=bundler,
        api_domain=api.api.domain,
        firewall_arn=edge.firewall.attr_arn,
        certificate=edge.certificate,
        sign_in_origin=identity.sign_in_origin,
        client_id=identity.identity.client_id,
        description="Distribution and pages",
        **common,
    )
    monitoring = MonitoringStack(
        app,
        name("monitoring"),
        config=config,
        api_id=api.api.api.api_id,
        distribution_id=web.distribution.distribution_id,
        description="Dashboard",
        **common,
    )
    for key, value in (("project", "cliffhanger"), ("stage", config.stage)):
        cdk.Tags.of(app).add(key, value)
    stacks = (data, media, identity, api, events, workflows, edge, web, monitoring)
    return {stack.node.id.rsplit("-", 1)[-1]: stack for stack in stacks}


def _resources(config: StageConfig, data: DataStack, media: MediaStack) -> Resources:
    """What the stateful stacks hand on."""
    return Resources(
        config=config,
        tables=data.tables,
        request_secret=data.request_secret,
        endpoint_key=data.endpoint_key,
        stripe_key=data.stripe_key,
        webhook_secrets=data.webhook_secrets,
        partner_keys=data.partner_keys,
        payments=data.payments.queue,
        webhooks=data.webhooks,
        bus=data.bus,
        buckets=media.buckets,
        signing=media.signing,
        transcoder=media.transcoder,
        alarm_action=data.alarms.action,
    )


def judge(app: cdk.App, stacks: dict[str, cdk.Stack], config: StageConfig, bundler: Bundler) -> None:
    """Say what stands in the way of a deploy. The CDK's command line deploys nothing that carries an error."""
    problems = list(config.not_ready())
    if not bundler.compiled:
        problems.append(
            f"No python{config.runtime} was found: functions would ship without byte code and start slowly. "
            f"Put python{config.runtime} on the PATH."
        )
    if app.node.try_get_context("draft") == "true":
        for number, problem in enumerate(problems):
            cdk.Annotations.of(stacks["data"]).add_warning_v2(f"cliffhanger:notReady{number}", problem)
    else:
        # On every stack: each can be deployed by name.
        for stack in stacks.values():
            for problem in problems:
                cdk.Annotations.of(stack).add_error(problem)
    if config.public_origin is None:
        cdk.Annotations.of(stacks["web"]).add_warning_v2(
            "cliffhanger:publicOrigin",
            "publicOrigin is not set: playback grants and sign-in work only after it is. Without a domain, deploy "
            "once, set it to https:// and the output DistributionDomain, and deploy again.",
        )
    if config.protected and config.email_from is None:
        cdk.Annotations.of(stacks["identity"]).add_warning_v2(
            "cliffhanger:emailFrom",
            "emailFrom is not set: Cognito sends sign-up and recovery codes itself, at most fifty a day, which is for "
            "trying out. Verify a domain in SES and set it to an address there before people are let in.",
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Synthesize one stage. Exit status 2 when its configuration or a bundle does not allow it."""
    parser = argparse.ArgumentParser(prog="python -m infra.app", description="Synthesize one stage's templates")
    parser.add_argument("-c", "--context", action="append", default=[], metavar="KEY=VALUE", help="as the CDK's -c")
    parser.add_argument("-o", "--output", help="folder of the assembly (default: $CDK_OUTDIR, or cdk.out)")
    options = parser.parse_args(arguments)
    app = new_app(dict(pair.split("=", 1) for pair in options.context), options.output)
    try:
        path = app.node.try_get_context("stageFile")
        config = load(app.node.try_get_context("stage"), Path(path) if path else None)
        bundler = Bundler(Target.of(config))
        judge(app, build(app, config, bundler), config, bundler)
    except (AccessError, ConfigError, PackagingError) as error:
        sys.stderr.write(f"infra: {error}\n")
        return 2
    if not config.is_local:
        cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    app.synth()
    return 0


if __name__ == "__main__":
    sys.exit(main())
