"""Nobody waits again and again for who does not answer."""

from __future__ import annotations

from cliffhanger.payments.breaker import FAILURES, OPEN_MS, Breaker


class Watch:
    now = 1_000_000

    def __call__(self) -> int:
        return self.now


def opened(watch: Watch) -> Breaker:
    breaker = Breaker(watch)
    for _ in range(FAILURES):
        assert breaker.lets_ask()
        breaker.failed()
    return breaker


def test_after_five_failures_in_a_row_nobody_asks():
    breaker = opened(Watch())
    assert not breaker.lets_ask()


def test_an_answer_in_between_starts_the_count_anew():
    breaker = Breaker(Watch())
    for _ in range(3):
        for _ in range(FAILURES - 1):
            breaker.failed()
        breaker.answered()
    assert breaker.lets_ask()


def test_after_twenty_seconds_one_may_try_and_the_others_wait_for_it():
    watch = Watch()
    breaker = opened(watch)
    watch.now += OPEN_MS - 1
    assert not breaker.lets_ask()
    watch.now += 1
    assert breaker.lets_ask()
    assert not breaker.lets_ask()


def test_a_try_that_is_answered_lets_everybody_ask():
    watch = Watch()
    breaker = opened(watch)
    watch.now += OPEN_MS
    assert breaker.lets_ask()
    breaker.answered()
    assert all(breaker.lets_ask() for _ in range(3))


def test_a_try_in_vain_makes_everybody_wait_again():
    watch = Watch()
    breaker = opened(watch)
    watch.now += OPEN_MS
    assert breaker.lets_ask()
    breaker.failed()
    watch.now += OPEN_MS - 1
    assert not breaker.lets_ask()


def test_a_clock_that_is_set_back_does_not_keep_it_open():
    watch = Watch()
    breaker = opened(watch)
    watch.now -= 3_600_000
    assert breaker.lets_ask()
