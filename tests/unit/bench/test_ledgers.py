"""The figures of the ledger under load say something only if they could be others."""

from __future__ import annotations

from bench.auditor import Run
from bench.conflicts import EPISODES, Crowd
from bench.figures import Figure
from bench.ledgers import replay_write_units


def test_replays_write_nothing():
    assert replay_write_units(20) == 0


def test_viewers_can_be_spread_over_series_of_their_own():
    spread = Crowd(viewers=4, series=4).run()
    assert (spread.unlocks, spread.lost_puts) == (4 * EPISODES, 0)
    assert 0 < spread.unlocking_ms <= spread.milliseconds


def test_who_writes_one_chain_is_slower_than_who_does_not():
    """Throughput falls where writers really meet; so its not falling with one creator is worth being told."""
    together, apart = Crowd(viewers=1, devices=4).run(), Crowd(viewers=4).run()
    assert together.unlocks / together.unlocking_ms < apart.unlocks / apart.unlocking_ms


def test_a_figure_below_the_least_is_missed():
    assert not Figure("x", 0.9, None, "", 0.95).met
    assert Figure("x", 0.96, None, "", 0.95).met


def test_the_audit_of_the_bench_is_of_the_command(tmp_path):
    from bench.auditor import audited

    run = audited(300, tmp_path)
    assert isinstance(run, Run)
    assert run.entries >= 300
