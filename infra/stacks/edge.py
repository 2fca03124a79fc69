"""What CloudFront takes only from us-east-1: the firewall, and a certificate when the stage has a domain."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_wafv2 as waf
from constructs import Construct

from infra.config import StageConfig
from infra.constructs.function import log_group

MANAGED_RULES = {
    "AWSManagedRulesAmazonIpReputationList": (),
    "AWSManagedRulesKnownBadInputsRuleSet": (),
    # Our own limit answers with a problem document; the firewall's would be a bare page.
    "AWSManagedRulesCommonRuleSet": ("SizeRestrictions_BODY",),
}
"""AWS's rule groups, in order, with the rules that only count."""

FIRST = 2
"""Priority of the first of them, after the two rules on webhooks."""

PROVIDER_PATHS = ("/v1/webhooks/stripe", "/v1/webhooks/admob")
WEBHOOK_FACTOR = 20
"""How many times a client's requests an address of a provider may send."""

SECRET_HEADERS = ("authorization", "cookie", "referer", "stripe-signature")
"""Never written to the firewall's log. Path and query are not either: they say what is watched and hold grants."""

FIREWALL_LOG_DAYS = 30
"""How long that log, which must name addresses, is kept at most: long enough to look into an attack."""


class EdgeStack(cdk.Stack):
    """In us-east-1, whatever the stage's region."""

    def __init__(self, scope: Construct, id: str, *, config: StageConfig, **stack: Any) -> None:
        super().__init__(scope, id, **stack)
        self.firewall = waf.CfnWebACL(
            self,
            "Firewall",
            name=config.name("edge"),
            scope="CLOUDFRONT",
            default_action=waf.CfnWebACL.DefaultActionProperty(allow={}),
            visibility_config=_visible(config.name("edge")),
            rules=[*_provider(config), *_managed(FIRST), _rate_limit(FIRST + len(MANAGED_RULES), config)],
        )
        # The firewall only writes to groups whose name starts so.
        log = log_group(self, "FirewallLog", f"aws-waf-logs-{config.name('edge')}", config, at_most=FIREWALL_LOG_DAYS)
        group = self.format_arn(
            service="logs",
            resource="log-group",
            resource_name=log.log_group_name,
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )
        waf.CfnLoggingConfiguration(
            self,
            "FirewallLogging",
            resource_arn=self.firewall.attr_arn,
            log_destination_configs=[group],
            redacted_fields=[
                *(
                    waf.CfnLoggingConfiguration.FieldToMatchProperty(single_header={"Name": name})
                    for name in SECRET_HEADERS
                ),
                waf.CfnLoggingConfiguration.FieldToMatchProperty(query_string={}),
                waf.CfnLoggingConfiguration.FieldToMatchProperty(uri_path={}),
            ],
            logging_filter={
                "DefaultBehavior": "DROP",
                "Filters": [
                    {
                        "Behavior": "KEEP",
                        "Requirement": "MEETS_ANY",
                        "Conditions": [
                            {"ActionCondition": {"Action": "BLOCK"}},
                            {"ActionCondition": {"Action": "COUNT"}},
                        ],
                    }
                ],
            },
        )
        self.certificate = self._certificate(config)

    def _certificate(self, config: StageConfig) -> acm.ICertificate | None:
        """The domain's certificate: the one that is named, or one made in its zone."""
        domain = config.domain
        if domain is None:
            return None
        if domain.certificate_arn:
            return acm.Certificate.from_certificate_arn(self, "Certificate", domain.certificate_arn)
        zone = route53.HostedZone.from_hosted_zone_attributes(
            self, "Zone", hosted_zone_id=str(domain.hosted_zone_id), zone_name=str(domain.hosted_zone_name)
        )
        return acm.Certificate(
            self, "Certificate", domain_name=domain.name, validation=acm.CertificateValidation.from_dns(zone)
        )


def _provider(config: StageConfig) -> list[waf.CfnWebACL.RuleProperty]:
    """What a payment provider and an ad network tell passes, whatever is in it, up to a bound of its own.

    It comes from a dozen addresses, each of which would soon have used up what one client may ask. Its signature is
    checked over every byte, before anything is done.
    """
    hooks = waf.CfnWebACL.StatementProperty(
        or_statement=waf.CfnWebACL.OrStatementProperty(statements=[_path(path, "EXACTLY") for path in PROVIDER_PATHS])
    )
    return [
        waf.CfnWebACL.RuleProperty(
            name="WebhooksPerClient",
            priority=0,
            action=waf.CfnWebACL.RuleActionProperty(block={}),
            statement=_per_address(config.requests_per_client * WEBHOOK_FACTOR, hooks),
            visibility_config=_visible("WebhooksPerClient"),
        ),
        waf.CfnWebACL.RuleProperty(
            name="Webhooks",
            priority=1,
            action=waf.CfnWebACL.RuleActionProperty(allow={}),
            statement=hooks,
            visibility_config=_visible("Webhooks"),
        ),
    ]


def _path(path: str, constraint: str) -> waf.CfnWebACL.StatementProperty:
    """A request's path, as the origin will understand it."""
    return waf.CfnWebACL.StatementProperty(
        byte_match_statement=waf.CfnWebACL.ByteMatchStatementProperty(
            field_to_match=waf.CfnWebACL.FieldToMatchProperty(uri_path={}),
            positional_constraint=constraint,
            search_string=path,
            text_transformations=[waf.CfnWebACL.TextTransformationProperty(priority=0, type="NORMALIZE_PATH")],
        )
    )


def _per_address(limit: int, which: waf.CfnWebACL.StatementProperty) -> waf.CfnWebACL.StatementProperty:
    """So many of those requests from one address within five minutes."""
    return waf.CfnWebACL.StatementProperty(
        rate_based_statement=waf.CfnWebACL.RateBasedStatementProperty(
            limit=limit, aggregate_key_type="IP", evaluation_window_sec=300, scope_down_statement=which
        )
    )


def _managed(first: int) -> list[waf.CfnWebACL.RuleProperty]:
    """AWS's rule groups as rules."""
    return [
        waf.CfnWebACL.RuleProperty(
            name=name,
            priority=priority,
            override_action=waf.CfnWebACL.OverrideActionProperty(none={}),
            statement=waf.CfnWebACL.StatementProperty(
                managed_rule_group_statement=waf.CfnWebACL.ManagedRuleGroupStatementProperty(
                    vendor_name="AWS",
                    name=name,
                    rule_action_overrides=[
                        waf.CfnWebACL.RuleActionOverrideProperty(
                            name=rule, action_to_use=waf.CfnWebACL.RuleActionProperty(count={})
                        )
                        for rule in counted
                    ]
                    or None,
                )
            ),
            visibility_config=_visible(name),
        )
        for priority, (name, counted) in enumerate(MANAGED_RULES.items(), first)
    ]


def _rate_limit(priority: int, config: StageConfig) -> waf.CfnWebACL.RuleProperty:
    """A bound on API requests per address. Streams are not counted: a viewer takes a segment every few seconds."""
    return waf.CfnWebACL.RuleProperty(
        name="RequestsPerClient",
        priority=priority,
        action=waf.CfnWebACL.RuleActionProperty(block={}),
        statement=_per_address(config.requests_per_client, _path("/v1/", "STARTS_WITH")),
        visibility_config=_visible("RequestsPerClient"),
    )


def _visible(name: str) -> waf.CfnWebACL.VisibilityConfigProperty:
    """Metrics and sampled requests under a name."""
    return waf.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=True
    )
