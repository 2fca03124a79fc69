"""API Gateway events (payload format 2.0) and access tokens, as the real ones look."""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import time
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

ORIGIN_SECRET = "the-origin-secret-of-tests"
ISSUER = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_test"
CLIENT = "client-of-tests"
KEY_ID = "key-of-tests"

SETTINGS = {
    "AWS_REGION": "eu-central-1",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "STAGE": "test",
    "LEDGER_TABLE": "test-ledger",
    "CATALOG_TABLE": "test-catalog",
    "OFFLINE_TABLE": "test-offline",
    "BUDGETS_TABLE": "test-budgets",
    "TRANSCODE_BUDGET": "500000000",
    "TRANSCODE_CREATOR_BUDGET": "50000000",
    "PROGRESS_TABLE": "test-progress",
    "PEOPLE_TABLE": "test-people",
    "VERIFICATIONS_TABLE": "test-verifications",
    "SANCTIONS_BUCKET": "test-sanctions",
    "SYNTHETIC_LISTS": "allowed",
    "KYC_WORKFLOW": "arn:aws:states:us-east-1:123456789012:stateMachine:test-kyc:live",
    "RATES_TABLE": "test-rates",
    "RULESETS_TABLE": "test-rulesets",
    "SWITCHES_TABLE": "test-switches",
    "PARKED_TABLE": "test-parked",
    "DUE_TABLE": "test-due",
    "CASES_TABLE": "test-cases",
    "ORDERS_TABLE": "test-orders",
    "PAYOUTS_TABLE": "test-payouts",
    "PAYOUT_HOLD_DAYS": "0",
    "PAYOUT_WORKFLOW": "arn:aws:states:eu-central-1:111122223333:stateMachine:test-payout:live",
    "PUBLIC_ORIGIN": "https://watch.example",
    "STRIPE_SECRET": "cliffhanger/test/stripe-key",
    "NOTICES_TABLE": "test-notices",
    "PAYMENTS_QUEUE_URL": "https://sqs.eu-central-1.amazonaws.com/111122223333/test-payments",
    "WEBHOOK_SECRET": "cliffhanger/test/webhook-secrets",
    "ENDPOINTS_TABLE": "test-endpoints",
    "DELIVERIES_TABLE": "test-deliveries",
    "DELIVERIES_QUEUE_URL": "https://sqs.eu-central-1.amazonaws.com/111122223333/test-deliver",
    "SLOW_DELIVERIES_QUEUE_URL": "https://sqs.eu-central-1.amazonaws.com/111122223333/test-deliver-slow",
    "ENDPOINT_KEY": "cliffhanger/test/endpoint-key",
    "PARTNERS_TABLE": "test-partners",
    "REQUESTS_TABLE": "test-requests",
    "PARTNER_KEYS": "cliffhanger/test/partner-keys",
    "MAILS_TABLE": "test-mails",
    "WATCHES_TABLE": "test-watches",
    "CLAIMS_TABLE": "test-claims",
    "CAMPAIGNS_TABLE": "test-campaigns",
    "DEVICES_TABLE": "test-devices",
    "BLOCKS_TABLE": "test-blocks",
    "REFERRALS_TABLE": "test-referrals",
    "AD_PLACEMENTS": '{"web":{"unit":"2747237135","player":"http://127.0.0.1:1/ad"},"ios":{"unit":"1000666186"}}',
    "AD_KEYS_URL": "https://keys.invalid/ad-keys.json",
    "SPLITS_TABLE": "test-splits",
    "GIFTS_TABLE": "test-gifts",
    "RUNS_TABLE": "test-runs",
    "REPORTS_BUCKET": "test-reports",
    "EVENT_BUS": "test-bus",
    "REQUEST_SECRET": "cliffhanger/test/request-secret",
    "ORIGIN_DIGESTS": hashlib.sha256(ORIGIN_SECRET.encode()).hexdigest(),
    "TOKEN_ISSUER": ISSUER,
    "TOKEN_CLIENTS": CLIENT,
    "TOKEN_KEYS_URL": "https://keys.invalid/jwks.json",
}


@functools.cache
def signing_key(name: str = KEY_ID) -> RSAPrivateKey:
    """A key of its own for each name; made once a run."""
    return generate_private_key(65_537, 2_048)


def key_set(*names: str) -> bytes:
    """The issuer's JSON Web Key Set."""
    keys = []
    for name in names or (KEY_ID,):
        numbers = signing_key(name).public_key().public_numbers()
        keys.append(
            {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": name, "e": _int(numbers.e), "n": _int(numbers.n)}
        )
    return json.dumps({"keys": keys}).encode()


def access_token(
    person: str = "mia",
    *,
    groups: tuple[str, ...] = (),
    key: str = KEY_ID,
    header: dict[str, Any] | None = None,
    **claims: Any,
) -> str:
    """A signed access token as Cognito makes it; keyword arguments replace claims, None removes one.

    ``auth_time`` alone makes one of a sign-in at that time.
    """
    content = {
        "sub": "9d2f3c9e-0000-4000-8000-000000000000",
        "iss": ISSUER,
        "client_id": CLIENT,
        "token_use": "access",
        "exp": int(time.time()) + 3_600,
        "person_id": person,
        "cognito:groups": list(groups),
        "signed_in_at": claims.get("auth_time"),
    } | claims
    first = _text({"alg": "RS256", "kid": key, "typ": "JWT"} | (header or {}))
    second = _text({name: value for name, value in content.items() if value is not None})
    signed = f"{first}.{second}"
    return f"{signed}.{_b64(signing_key(key).sign(signed.encode(), PKCS1v15(), SHA256()))}"


def event(
    method: str,
    path: str,
    *,
    route: str | None = None,
    path_parameters: dict[str, str] | None = None,
    query: dict[str, str] | None = None,
    body: Any = None,
    token: str | None = None,
    headers: dict[str, str] | None = None,
    origin: str | None = ORIGIN_SECRET,
) -> dict[str, Any]:
    """What API Gateway hands to a function."""
    sent = {"host": "api.example", **(headers or {})}
    if token is not None:
        sent["authorization"] = f"Bearer {token}"
    if origin is not None:
        sent["x-origin-secret"] = origin
    made: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route or f"{method} {path}",
        "rawPath": path,
        "rawQueryString": "",
        "headers": sent,
        "requestContext": {"http": {"method": method, "path": path, "sourceIp": "203.0.113.7"}},
        "isBase64Encoded": False,
    }
    if path_parameters:
        made["pathParameters"] = path_parameters
    if query:
        made["queryStringParameters"] = query
    if body is not None:
        made["body"] = body if isinstance(body, str) else json.dumps(body)
    return made


def body_of(answer: dict[str, Any]) -> Any:
    """The JSON that a function answered."""
    return json.loads(answer["body"])


def _text(value: dict[str, Any]) -> str:
    return _b64(json.dumps(value).encode())


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _int(number: int) -> str:
    return _b64(number.to_bytes((number.bit_length() + 7) // 8, "big"))
