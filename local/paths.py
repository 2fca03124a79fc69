"""Where the local platform keeps what: below ``.local/`` in the checkout, and in the data folder if one is given."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from local.environment import ROOT

HOME = Path(os.environ.get("CLIFFHANGER_HOME") or ROOT / ".local").resolve()
"""Everything of one platform: ``.local/`` in the checkout, unless the variable names another folder (a test's, say)."""

OUTPUTS = HOME / "outputs.json"
LOCK = HOME / "launcher.lock"
LOGS = HOME / "logs"
MAILBOX = HOME / "mailbox"
"""Where whoever signs up on this machine finds the code: one file for each mail."""
CACHE = ROOT / ".local" / "cache"
"""What is kept by the hash of what it was made from, and therefore shared by all platforms of a checkout."""


class Paths(NamedTuple):
    """Folders and files of one start."""

    instance: Path
    """What must stay the same for kept state to make sense: ports and keys."""
    state: Path
    """The emulator's state."""
    scratch: Path
    """Temporary files of all processes; emptied at each start."""
    keep: bool
    """Whether the state outlives the platform."""

    @property
    def ports(self) -> Path:
        """The ports of the last start."""
        return self.instance / "ports.json"

    @property
    def keys(self) -> Path:
        """Private keys and secrets of the local stage, readable by their owner only."""
        return self.instance / "keys.json"

    @property
    def stage(self) -> Path:
        """The local stage's configuration, for the CDK app."""
        return self.instance / "stage.json"

    @property
    def stripe_secret(self) -> Path:
        """The local Stripe's key and webhook secret, readable by their owner only."""
        return self.instance / "stripe.json"

    @property
    def stripe_state(self) -> Path:
        """What the local Stripe keeps over restarts."""
        return self.state / "stripe.json"

    @property
    def receiver(self) -> Path:
        """The certificates of the demo partner's receiver, and of the authority that made them."""
        return self.instance / "receiver"

    @property
    def edge(self) -> Path:
        """The edge's configuration."""
        return self.instance / "edge.json"


def paths(data: Path | None) -> Paths:
    """The paths of a start with or without a data folder."""
    if data is None:
        instance = HOME / "instance"
        return Paths(instance, instance / "state", HOME / "scratch", keep=False)
    instance = data.resolve()
    return Paths(instance, instance / "state", HOME / "scratch", keep=True)
