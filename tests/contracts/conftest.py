"""One MiniStack for all contract tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.ministack import dynamodb_endpoint


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where its DynamoDB listens; only loopback will do."""
    with dynamodb_endpoint(tmp_path_factory.mktemp("ministack")) as address:
        yield address
