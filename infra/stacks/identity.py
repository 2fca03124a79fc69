"""State: who people are.

The function that names them in tokens stands here too, since pool and function need each other.
"""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from cliffhanger.functions import FUNCTIONS
from infra.config import StageConfig
from infra.constructs.function import Layers, ProductFunction
from infra.constructs.nag import accept
from infra.packaging import Bundler
from infra.resources import Identity, Resources

GROUPS = {
    "creator": "Uploads series and is paid for them",
    "brand": "Funds campaigns",
    "reviewer": "Decides on checks and rewards that wait for a person",
    "finance": "Approves payouts and reads the books",
    "operator": "Runs the service, and helps viewers",
    "member": "Has a plan, and watches early",
    "partner": "Sees to the webhooks and clients of an organisation",
}
SENDER = "Cliffhanger"
"""Who codes come from, as a mail program shows it."""

UNKNOWN_ORIGIN = "https://origin.invalid"
"""Stands in before a stage knows its address; ``.invalid`` never resolves (RFC 2606)."""


class IdentityStack(cdk.Stack):
    """The user pool with passkeys and optional second factors, its groups, and the one public client of the pages."""

    def __init__(
        self, scope: Construct, id: str, *, config: StageConfig, resources: Resources, bundler: Bundler, **stack: Any
    ) -> None:
        super().__init__(scope, id, **stack)
        layers = Layers(self, "Layers", config, bundler)
        self.prefix = config.sign_in_prefix or f"{config.stage}-{self.account}"
        self.domain = f"{self.prefix}.auth.{self.region}.amazoncognito.com"
        self.pool = self._pool(config)
        for spec in FUNCTIONS:
            if spec.trigger == "token-generation":
                names = ProductFunction(self, spec.name, spec, resources, layers)
                self.pool.add_trigger(
                    cognito.UserPoolOperation.PRE_TOKEN_GENERATION_CONFIG,
                    names.function,
                    cognito.LambdaVersion.V2_0,
                )
        for precedence, (group, description) in enumerate(GROUPS.items()):
            self.pool.add_group(group, group_name=group, description=description, precedence=precedence)
        client = self._client(config)
        self.identity = self._identity(config, client)
        self.sign_in_origin = config.endpoints.sign_in_origin or f"https://{self.domain}"
        cdk.CfnOutput(self, "UserPoolId", value=self.pool.user_pool_id)
        cdk.CfnOutput(self, "ClientId", value=client.ref)
        cdk.CfnOutput(self, "SignInOrigin", value=self.sign_in_origin)

    def _pool(self, config: StageConfig) -> cognito.UserPool:
        pool = cognito.UserPool(
            self,
            "People",
            user_pool_name=config.name("people"),
            self_sign_up_enabled=True,
            sign_in_aliases=cognito.SignInAliases(email=True),
            sign_in_case_sensitive=False,
            auto_verify=cognito.AutoVerifiedAttrs(email=True),
            keep_original=cognito.KeepOriginalAttrs(email=True),
            password_policy=cognito.PasswordPolicy(
                min_length=12, require_lowercase=True, require_uppercase=True, require_digits=True, require_symbols=True
            ),
            sign_in_policy=cognito.SignInPolicy(
                allowed_first_auth_factors=cognito.AllowedFirstAuthFactors(password=True, passkey=True)
            ),
            passkey_relying_party_id=self.domain,
            passkey_user_verification=cognito.PasskeyUserVerification.PREFERRED,
            mfa=cognito.Mfa.OPTIONAL,
            mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            email=_sender(config),
            feature_plan=cognito.FeaturePlan.ESSENTIALS,
            deletion_protection=config.protected,
            removal_policy=cdk.RemovalPolicy.RETAIN if config.protected else cdk.RemovalPolicy.DESTROY,
        )
        accept(pool, "COG2", "Viewers choose; who moves money out signs in afresh and is checked for it by the API")
        accept(pool, "COG3", "Threat protection needs the Plus plan, per user and month; the firewall bounds guessing")
        accept(pool, "COG8", "The Essentials plan has passkeys and access-token customization, which is what is used")
        pool.add_domain(
            "SignIn",
            cognito_domain=cognito.CognitoDomainOptions(domain_prefix=self.prefix),
            managed_login_version=cognito.ManagedLoginVersion.NEWER_MANAGED_LOGIN,
        )
        return pool

    def _client(self, config: StageConfig) -> cognito.CfnUserPoolClient:
        """The pages' client: no secret, authorization code with PKCE, refresh tokens that rotate.

        The resource itself, because the CDK's construct always allows the old refresh flow, which forbids rotation.
        """
        origin = f"{config.public_origin or UNKNOWN_ORIGIN}/"
        flows = ["ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH"]
        if config.password_sign_in:
            flows.append("ALLOW_USER_PASSWORD_AUTH")
        client = cognito.CfnUserPoolClient(
            self,
            "Pages",
            user_pool_id=self.pool.user_pool_id,
            client_name=config.name("pages"),
            generate_secret=False,
            allowed_o_auth_flows_user_pool_client=True,
            allowed_o_auth_flows=["code"],
            allowed_o_auth_scopes=["openid", "email", "profile"],
            callback_ur_ls=[origin],
            logout_ur_ls=[origin],
            supported_identity_providers=["COGNITO"],
            explicit_auth_flows=flows,
            prevent_user_existence_errors="ENABLED",
            # Names and birth dates are told to us, into the one erasable table, and never to the pool.
            write_attributes=["email"],
            enable_token_revocation=True,
            refresh_token_rotation=cognito.CfnUserPoolClient.RefreshTokenRotationProperty(
                feature="ENABLED", retry_grace_period_seconds=60
            ),
            token_validity_units=cognito.CfnUserPoolClient.TokenValidityUnitsProperty(
                access_token="minutes", id_token="minutes", refresh_token="days"
            ),
            access_token_validity=60,
            id_token_validity=60,
            refresh_token_validity=30,
        )
        cognito.CfnManagedLoginBranding(
            self,
            "SignInPages",
            user_pool_id=self.pool.user_pool_id,
            client_id=client.ref,
            use_cognito_provided_values=True,
        )
        return client

    def _identity(self, config: StageConfig, client: cognito.CfnUserPoolClient) -> Identity:
        """The pool as an issuer, unless the emulator's address stands in."""
        issuer = f"https://cognito-idp.{self.region}.amazonaws.com/{self.pool.user_pool_id}"
        keys = f"{issuer}/.well-known/jwks.json"
        local = config.endpoints
        return Identity(
            issuer=(local.token_issuer or issuer).replace("{userPoolId}", self.pool.user_pool_id),
            keys_url=(local.token_keys_url or keys).replace("{userPoolId}", self.pool.user_pool_id),
            client_id=client.ref,
            pool_id=self.pool.user_pool_id,
            pool_arn=self.pool.user_pool_arn,
        )


def _sender(config: StageConfig) -> cognito.UserPoolEmail | None:
    """SES, as the stage's own domain; unset, Cognito's default, which is for trying out."""
    if config.email_from is None:
        return None
    return cognito.UserPoolEmail.with_ses(
        from_email=config.email_from,
        from_name=SENDER,
        ses_region=config.region,
        ses_verified_domain=config.email_from.rpartition("@")[2],
    )
