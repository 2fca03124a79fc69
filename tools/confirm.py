"""Stands before every command that touches a real account: says which one, and refuses without an explicit word.

usage: confirm.py deploy|destroy|keys|repair STAGE CONFIRM
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

STAGES = Path(__file__).resolve().parent.parent / "infra" / "stages"
STAGE_NAME = re.compile(r"[a-z][a-z0-9]{1,15}")
DEEDS = {
    "deploy": "Deploying to",
    "destroy": "DESTROYING what can be removed from",
    "keys": "Making keys and secrets in",
    "repair": "Settling what settlement has missed in",
}


class Refused(Exception):
    """The command must not go on; the message says why and what to do."""


def target(deed: str, stage: str, confirm: str, *, stages: Path = STAGES) -> str:
    """What is about to be touched, in one line.

    Raises:
        Refused: no stage, no such stage, the local one, no confirmation, or an endpoint that leads elsewhere.
    """
    diverted = sorted(name for name in os.environ if name.startswith("AWS_ENDPOINT_URL"))
    if diverted:
        raise Refused(f"{', '.join(diverted)} would send this somewhere else than to the account: unset it first.")
    if not stage:
        raise Refused(f"Name the stage: make {deed} STAGE=dev" + ("" if deed == "keys" else " CONFIRM=dev"))
    if stage == "local":
        raise Refused("The local stage lives on this machine only: make dev starts it, make down stops it.")
    path = stages / f"{stage}.json"
    if not STAGE_NAME.fullmatch(stage) or not path.is_file():
        known = ", ".join(sorted(found.stem for found in stages.glob("*.json"))) or "none yet"
        raise Refused(f"There is no infra/stages/{stage}.json. Stages: {known}.")
    config = json.loads(path.read_text())
    account, region = str(config.get("account", "")), str(config.get("region", ""))
    if not re.fullmatch(r"\d{12}", account) or account == "0" * 12 or not region:
        raise Refused(f"infra/stages/{stage}.json must name a real account (12 digits) and a region.")
    place = (
        f"{DEEDS[deed]} stage {stage}: account {account}, region {region}, {config.get('publicOrigin', 'no origin')}"
    )
    if confirm != stage:
        raise Refused(
            f"{place}\nNothing was touched. If that is what you want: make {deed} STAGE={stage} CONFIRM={stage}"
        )
    return place


def main(deed: str, stage: str, confirm: str) -> int:
    """Entry point; 0 when the command may go on."""
    try:
        print(target(deed, stage, confirm))
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(*(sys.argv[1:] + [""] * 3)[:3]))
