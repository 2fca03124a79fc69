"""Who people are, and how they may prove it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from aws_cdk.assertions import Template

from infra.app import build, new_app
from infra.packaging import Target
from tests.infra.assembly import Assembly
from tests.infra.conftest import THIS, WithoutPip, config_of


def pool(assembly: Assembly) -> dict[str, Any]:
    return assembly.one("AWS::Cognito::UserPool").properties


def client(assembly: Assembly) -> dict[str, Any]:
    return assembly.one("AWS::Cognito::UserPoolClient").properties


def test_people_may_sign_in_with_a_passkey(production: Assembly) -> None:
    assert set(pool(production)["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"]) == {"PASSWORD", "WEB_AUTHN"}
    assert pool(production)["WebAuthnRelyingPartyID"] == "prod-111122223333.auth.us-east-1.amazoncognito.com"
    assert pool(production)["WebAuthnUserVerification"] == "preferred"


def test_a_second_factor_is_an_authenticator_never_a_text_message(production: Assembly) -> None:
    assert pool(production)["MfaConfiguration"] == "OPTIONAL"
    assert pool(production)["EnabledMfas"] == ["SOFTWARE_TOKEN_MFA"]
    assert "SmsConfiguration" not in pool(production)


def test_passwords_are_long_and_of_every_kind_of_character(production: Assembly) -> None:
    policy = pool(production)["Policies"]["PasswordPolicy"]
    assert policy["MinimumLength"] == 12
    assert all(policy[f"Require{kind}"] for kind in ("Lowercase", "Uppercase", "Numbers", "Symbols"))


def test_anyone_may_sign_up_with_an_address_that_a_code_proves(production: Assembly) -> None:
    properties = pool(production)
    assert properties["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": False}
    assert properties["UsernameAttributes"] == properties["AutoVerifiedAttributes"] == ["email"]
    assert properties["UsernameConfiguration"] == {"CaseSensitive": False}
    template = properties["VerificationMessageTemplate"]
    assert template["DefaultEmailOption"] == "CONFIRM_WITH_CODE"
    assert "{####}" in template["EmailMessage"]


def test_a_changed_address_counts_only_once_it_is_proven(production: Assembly) -> None:
    assert pool(production)["UserAttributeUpdateSettings"] == {"AttributesRequireVerificationBeforeUpdate": ["email"]}


def test_people_tell_the_pool_their_address_and_nothing_else(production: Assembly) -> None:
    """What else they tell of themselves stands in the table of people, where it can be erased."""
    assert client(production)["WriteAttributes"] == ["email"]


def test_the_pool_cannot_be_deleted_by_mistake(production: Assembly, local: Assembly) -> None:
    assert pool(production)["DeletionProtection"] == "ACTIVE"
    assert production.one("AWS::Cognito::UserPool").definition["DeletionPolicy"] == "Retain"
    assert pool(local)["DeletionProtection"] == "INACTIVE"


def test_access_tokens_carry_the_person_that_our_function_names(production: Assembly) -> None:
    """Version 2 of the trigger is what may change access tokens; the pool's plan must allow it."""
    trigger = pool(production)["LambdaConfig"]["PreTokenGenerationConfig"]
    assert trigger["LambdaVersion"] == "V2_0"
    assert production.text(trigger["LambdaArn"], "identity") == "<identity.identityFunction.Arn>"
    assert pool(production)["UserPoolTier"] == "ESSENTIALS"
    permission = production.one("AWS::Lambda::Permission", "identity").properties
    assert permission["Principal"] == "cognito-idp.amazonaws.com"
    assert production.text(permission["SourceArn"], "identity") == "<identity.People.Arn>"


def test_there_are_the_seven_groups(production: Assembly) -> None:
    groups = {group.properties["GroupName"] for group in production.resources("AWS::Cognito::UserPoolGroup")}
    assert groups == {"creator", "brand", "reviewer", "finance", "operator", "member", "partner"}


def test_the_pages_client_is_public_and_uses_codes(production: Assembly) -> None:
    properties = client(production)
    assert properties["GenerateSecret"] is False
    assert properties["AllowedOAuthFlows"] == ["code"]
    assert set(properties["AllowedOAuthScopes"]) == {"openid", "email", "profile"}
    assert properties["CallbackURLs"] == properties["LogoutURLs"] == ["https://watch.example.com/"]
    assert properties["PreventUserExistenceErrors"] == "ENABLED"
    assert properties["EnableTokenRevocation"] is True


def test_a_stolen_refresh_token_works_once_at_most(production: Assembly) -> None:
    """Rotation forbids the old refresh flow, which would go round it."""
    assert client(production)["RefreshTokenRotation"]["Feature"] == "ENABLED"
    assert "ALLOW_REFRESH_TOKEN_AUTH" not in client(production)["ExplicitAuthFlows"]


def test_only_the_local_stage_takes_passwords_from_a_program(production: Assembly, local: Assembly) -> None:
    assert "ALLOW_USER_PASSWORD_AUTH" not in client(production)["ExplicitAuthFlows"]
    assert "ALLOW_USER_PASSWORD_AUTH" in client(local)["ExplicitAuthFlows"]


def test_sign_in_pages_are_the_managed_ones(production: Assembly) -> None:
    assert production.one("AWS::Cognito::UserPoolDomain").properties["ManagedLoginVersion"] == 2
    branding = production.one("AWS::Cognito::ManagedLoginBranding").properties
    assert branding["UseCognitoProvidedValues"] is True


def test_the_local_stage_takes_the_emulator_s_tokens(local: Assembly) -> None:
    environment = local.functions()["wallet"].properties["Environment"]["Variables"]
    assert local.text(environment["TOKEN_ISSUER"], "api") == "http://127.0.0.1:4566/<identity.People>"
    keys = local.text(environment["TOKEN_KEYS_URL"], "api")
    assert keys == "http://127.0.0.1:4566/<identity.People>/.well-known/jwks.json"


def test_codes_are_sent_from_the_stage_s_own_address(tmp_path: Path, local: Assembly) -> None:
    """Cognito's own sender is for trying out: fifty mails a day, from a stranger's address."""
    config = config_of("mail", region="eu-west-1", email_from="hello@watch.example.com", runtime=THIS)
    stacks = build(new_app(), config, WithoutPip(Target.of(config), build=tmp_path))
    [found] = Template.from_stack(stacks["identity"]).find_resources("AWS::Cognito::UserPool").values()
    email = found["Properties"]["EmailConfiguration"]
    assert email["EmailSendingAccount"] == "DEVELOPER"
    assert email["From"] == "Cliffhanger <hello@watch.example.com>"
    assert "ses:eu-west-1:111122223333:identity/watch.example.com" in str(email["SourceArn"])
    assert "EmailConfiguration" not in pool(local)
