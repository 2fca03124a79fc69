"""The figure of conflicts is 0; that says something only if it could be another."""

from __future__ import annotations

import pytest

from bench.conflicts import EPISODES, Crowd, Timeline


def test_viewers_of_one_series_do_not_stand_in_each_others_way():
    outcome = Crowd(viewers=8).run()
    assert (outcome.unlocks, outcome.lost_puts) == (8 * EPISODES, 0)


def test_two_devices_of_one_viewer_do():
    """The same run, only that both write on one chain: so lost puts are met, and counted."""
    outcome = Crowd(viewers=1, devices=2).run()
    assert outcome.unlocks == EPISODES
    assert outcome.lost_puts > 0


def test_everything_is_settled_while_they_unlock():
    outcome = Crowd(viewers=8).run()
    assert outcome.legs_settled == outcome.unlocks


def test_a_run_is_the_same_each_time():
    assert Crowd(viewers=4, devices=2).run() == Crowd(viewers=4, devices=2).run()


def test_actors_act_in_the_order_of_simulated_time():
    timeline, told = Timeline(), list[str]()

    def act(name: str, waits: int) -> None:
        for _ in range(2):
            timeline.wait(waits)
            told.append(name)

    timeline.add(lambda: act("slow", 10))
    timeline.add(lambda: act("fast", 4))
    timeline.play()
    assert told == ["fast", "fast", "slow", "slow"]


def test_what_an_actor_raises_ends_the_run():
    timeline = Timeline()

    def fail() -> None:
        timeline.wait(1)
        raise KeyError("fault")

    timeline.add(fail)
    timeline.add(lambda: timeline.wait(100))
    with pytest.raises(KeyError, match="fault"):
        timeline.play()
