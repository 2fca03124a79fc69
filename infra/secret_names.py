"""What a stage's secrets are called in Secrets Manager. A stage names them, and never holds one."""

from __future__ import annotations

import msgspec


class SecretNames(msgspec.Struct, frozen=True, kw_only=True):
    """The names, by the stage's own."""

    stage: str
    """Lower-case letters and digits, at most twelve; part of every resource's name."""

    @property
    def origin_secret(self) -> str:
        """Secrets Manager id of the header that the distribution adds to every API request."""
        return f"cliffhanger/{self.stage}/origin-secret"

    @property
    def request_secret(self) -> str:
        """Secrets Manager id of the secret behind cursors and idempotency references.

        Made once and never rotated: stored references were made with it, and under another one a repeated request
        would not find its first answer and be done again.
        """
        return f"cliffhanger/{self.stage}/request-secret"

    @property
    def endpoint_key(self) -> str:
        """Secrets Manager id of what the secrets of partners' endpoints are derived from.

        Made once and never rotated: partners have the secrets that follow from it.
        """
        return f"cliffhanger/{self.stage}/endpoint-key"

    @property
    def stripe_key(self) -> str:
        """Secrets Manager id of the key to Stripe's API, ``{"apiKey": "rk_live_..."}``; an operator puts it there."""
        return f"cliffhanger/{self.stage}/stripe-key"

    @property
    def webhook_secrets(self) -> str:
        """Secrets Manager id of what its webhooks are signed with, ``{"webhookSecrets": ["whsec_...", ...]}``."""
        return f"cliffhanger/{self.stage}/webhook-secrets"

    @property
    def partner_keys(self) -> str:
        """Secrets Manager id of the keys that sign clients' tokens; ``make keys`` puts them there."""
        return f"cliffhanger/{self.stage}/partner-keys"

    def signing_secret(self, key: str) -> str:
        """Secrets Manager id of the private half of a signing key.

        One secret per key, never rewritten: a function's environment names key and secret together, so a rotation
        can never pair a new secret with an old key id.
        """
        return f"cliffhanger/{self.stage}/signing-key/{key}"
