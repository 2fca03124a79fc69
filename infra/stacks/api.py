"""The HTTP API and the functions that serve it."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
from constructs import Construct

from cliffhanger.functions import FUNCTIONS
from infra.constructs.alarms import FIVE_MINUTES, alarm_at, counted
from infra.constructs.function import Layers, ProductFunction
from infra.constructs.http_api import Api
from infra.packaging import Bundler
from infra.resources import Resources

GUESS_LIMIT = 100
"""Within five minutes; a partner whose secret has ended tries again and again, but not as often."""
FORGERY_LIMIT = 20
"""Within five minutes; one callback that nobody has signed may be somebody who tries once."""
GUARD_LIMIT = 10
"""Within five minutes; below it a single read was slow, and nobody need be woken."""


class ApiStack(cdk.Stack):
    """One function per folder whose trigger is HTTP, and one route per row of the list."""

    def __init__(self, scope: Construct, id: str, *, resources: Resources, bundler: Bundler, **stack: Any) -> None:
        super().__init__(scope, id, **stack)
        layers = Layers(self, "Layers", resources.config, bundler)
        self.functions = {
            spec.name: ProductFunction(self, spec.name, spec, resources, layers)
            for spec in FUNCTIONS
            if spec.trigger == "http"
        }
        self._guards(resources)
        self.api = Api(self, "Http", resources.config, self.functions, resources.alarm_action)
        cdk.CfnOutput(self, "ApiUrl", value=f"https://{self.api.domain}")
        cdk.CfnOutput(self, "ApiId", value=self.api.api.api_id)

    def _guards(self, resources: Resources) -> None:
        """What lets pass when its table does not answer must not stay unseen for minutes; nor must who guesses."""
        config, action = resources.config, resources.alarm_action
        alarm_at(
            self,
            "Uncounted",
            counted("RequestsUncounted", config, FIVE_MINUTES),
            GUARD_LIMIT,
            "Requests pass uncounted: the table of rates does not answer",
            action,
        )
        alarm_at(
            self,
            "Unread",
            counted("SwitchesUnread", config, FIVE_MINUTES),
            GUARD_LIMIT,
            "Switches cannot be read: what was known of them last is obeyed",
            action,
        )
        alarm_at(
            self,
            "RulesUnread",
            counted("RuleSetsUnread", config, FIVE_MINUTES),
            GUARD_LIMIT,
            "Rules of rewards cannot be read: those known last are obeyed",
            action,
        )
        alarm_at(
            self,
            "AdsForged",
            counted("AdSignaturesRefused", config, FIVE_MINUTES),
            FORGERY_LIMIT,
            "Ads are claimed that no network has signed: a viewer forges callbacks, or its keys are not ours",
            action,
        )
        alarm_at(
            self,
            "AdKeysUnread",
            counted("AdKeysUnread", config, FIVE_MINUTES),
            GUARD_LIMIT,
            "The ad network's keys cannot be read: those known last hold for a day",
            action,
        )
        alarm_at(
            self,
            "RefusalsUncounted",
            counted("RefusalsUncounted", config, FIVE_MINUTES),
            GUARD_LIMIT,
            "Campaigns' refusals are not counted: the table of campaigns does not answer",
            action,
        )
        alarm_at(
            self,
            "Unlogged",
            counted("RequestsUnlogged", config, FIVE_MINUTES),
            GUARD_LIMIT,
            "Partners' requests are missing in their log: the table of requests does not answer",
            action,
        )
        alarm_at(
            self,
            "TokensRefused",
            counted("TokensRefused", config, FIVE_MINUTES),
            GUESS_LIMIT,
            "Clients are refused tokens: a partner's secret has ended, or somebody guesses",
            action,
        )
