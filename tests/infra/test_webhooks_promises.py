"""Webhooks of partners: where they may go."""

from __future__ import annotations

import pytest

from infra.config import LocalEndpoints
from tests.infra.assembly import Assembly
from tests.infra.conftest import config_of


@pytest.mark.parametrize(
    "allowed", [LocalEndpoints(webhook_networks=("127.0.0.0/8",)), LocalEndpoints(webhook_ca="ca.pem")]
)
def test_only_the_local_stage_may_allow_networks_or_certificates_of_its_own(allowed: LocalEndpoints) -> None:
    """Else a partner could have us speak to what only we can reach."""
    for stage in ("prod", "dev"):
        with pytest.raises(ValueError, match="localEndpoints"):
            config_of(stage, local_endpoints=allowed)


@pytest.mark.parametrize(
    "network", ["0.0.0.0/0", "10.0.0.0/8", "169.254.0.0/16", "127.0.0.1/8", "::/0", "localhost", ""]
)
def test_even_the_local_stage_allows_no_network_but_its_machine_s_own(network: str) -> None:
    with pytest.raises(ValueError, match="webhookNetworks"):
        config_of("local", local_endpoints=LocalEndpoints(webhook_networks=("127.0.0.0/8", network)))


def test_the_local_stage_allows_the_machine_it_runs_on() -> None:
    config = config_of("local", local_endpoints=LocalEndpoints(webhook_networks=("127.0.0.0/8", "::1/128")))
    assert config.endpoints.webhook_networks == ("127.0.0.0/8", "::1/128")


def test_no_deployed_function_is_told_of_such_networks_or_certificates(production: Assembly) -> None:
    for function in production.functions().values():
        variables = function.properties["Environment"]["Variables"]
        assert {"WEBHOOK_NETWORKS", "WEBHOOK_CA"} & set(variables) == set()
