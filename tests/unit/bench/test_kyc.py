"""What verifying a creator costs, by count."""

from __future__ import annotations

from bench.kyc import verifying


def test_a_creator_whom_no_list_names_takes_eight_transitions_and_less_than_a_tenth_of_a_cent() -> None:
    transitions, write_units, usd = (figure.value for figure in verifying())
    assert (transitions, write_units) == (8, 28)
    assert 0 < usd < 0.001
