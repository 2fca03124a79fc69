"""Books that were restored hold again: what was lost is on a list, and the audit after it all finds nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cliffhanger.anchoring.domain import Head, anchor_key, anchored, day_of, heads_key, newest
from cliffhanger.clock import rfc3339
from cliffhanger.ledger.settling import settle
from tests.integration.test_recovery import HOUR, NAME, every_entry
from tests.support.dynamodb import connect
from tests.support.exports import write_export
from tests.support.tables import LEDGER
from tests.unit.support.office import Office
from tools import repair as repairing
from tools.audit import main


class Restored:
    """A ledger that was restored to before Mia's second unlock, which that day's anchor knows."""

    def __init__(self, folder: Path) -> None:
        self.office, self.folder = Office(), folder
        self.go_on(2)
        before, self.restored_to = self.office.model.items(NAME), self.office.now
        self.go_on(3)
        self.anchor()
        self.office.model.load(NAME, before)
        self.office.now += HOUR

    def go_on(self, episode: int) -> None:
        """Mia unlocks an episode, and it is settled; an hour goes by."""
        self.office.unlock(episode)
        settle(self.office.ledger, every_entry(self.office), self.office.pace)
        self.office.now += HOUR

    def anchor(self) -> None:
        """What the day has seen until now is anchored."""
        items = self.office.model.items(NAME)
        heads = newest((item["account"]["S"], Head(int(item["seq"]["N"]), item["hash"]["B"])) for item in items)
        day = day_of(self.office.now)
        made = anchored(day, heads, None)
        for key, data in ((anchor_key(day), made.anchor), (heads_key(day), made.heads)):
            path = self.folder / "anchors" / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    def audit(self, *words: str) -> int:
        """The command's exit code over the ledger as it is."""
        folder = self.folder / f"export-{len(list(self.folder.iterdir()))}"
        export = write_export(folder, self.office.model.items(NAME), self.office.now)
        anchors = str(self.folder / "anchors")
        return main(["--export", str(export), "--anchors", anchors, "--workers", "1", "--json", *words])


def test_a_ledger_that_was_restored_and_goes_on_holds_by_the_list_of_what_was_lost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    without_stream = {name: value for name, value in LEDGER.items() if name != "StreamSpecification"}
    monkeypatch.setattr("tests.unit.support.office.LEDGER", without_stream)
    restored = Restored(tmp_path)
    losses = str(tmp_path / "losses.json")
    monkeypatch.setattr(repairing, "connection_of", lambda _given: connect(restored.office.model))
    assert repairing.main(["--table", NAME, "--restored"]) == 0
    assert restored.audit("--restored-to", rfc3339(restored.restored_to), "--note-losses", losses) == 0
    restored.go_on(3)
    capsys.readouterr()
    assert restored.audit() == 1
    found: dict[str, Any] = json.loads(capsys.readouterr().out)["findings"]
    assert set(found) == {"history_rewritten"}, "for ever, without the list"
    assert restored.audit("--losses", losses) == 0
    assert json.loads(capsys.readouterr().out)["counts"]["accepted"] == found["history_rewritten"]
