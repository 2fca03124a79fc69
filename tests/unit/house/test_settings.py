"""Settings have one list and one way in."""

from __future__ import annotations

import ast

from cliffhanger.settings import SETTINGS
from tests.unit.house.tree import PRODUCT, modules

READS_THE_ENVIRONMENT = {
    "layers/common/python/cliffhanger/settings.py": "the one way to read a setting",
    "layers/common/python/cliffhanger/aws.py": "AWS_REGION, which Lambda itself sets",
    "layers/common/python/cliffhanger/bootstrap/foundation.py": "AWS_REGION, which Lambda itself sets",
    "layers/common/python/cliffhanger/bootstrap/money.py": "AWS_REGION, and STRIPE_API_BASE, which has a default",
    "layers/common/python/cliffhanger/bootstrap/people.py": "EMAIL_FROM, without which no mail is sent",
    "layers/common/python/cliffhanger/bootstrap/webhooks.py": "WEBHOOK_NETWORKS and WEBHOOK_CA, of one machine only",
    "layers/common/python/cliffhanger/telemetry/log.py": "STAGE and LOG_LEVEL, which have defaults",
}


def settings_read() -> set[str]:
    """Names that the product reads: ``read("NAME")``, or ``environ.get("NAME")`` where that is allowed."""
    found = set()
    for _, source in modules(*PRODUCT):
        for node in ast.walk(ast.parse(source)):
            if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
                continue
            called = ast.unparse(node.func)
            if called in ("read", "settings.read", "os.environ.get"):
                found.add(str(node.args[0].value))
    return found


def test_every_setting_that_is_read_is_listed():
    assert settings_read() - set(SETTINGS) == set()


def test_every_listed_setting_is_read():
    assert set(SETTINGS) - settings_read() == set()


def test_nothing_else_reads_the_environment():
    readers = {name for name, source in modules(*PRODUCT) if "environ" in code_of(source)}
    assert readers == set(READS_THE_ENVIRONMENT)


def code_of(source: str) -> str:
    """A module without its docstrings and comments."""
    return " ".join(node.attr for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute))
