"""What is forever about facts."""

from __future__ import annotations

from cliffhanger.ledger.names import check_reference, is_id
from cliffhanger.payments.facts import derived_id


def test_an_id_derived_from_a_providers_is_always_the_same_one():
    """It stands in references: another rule would undo a refund a second time when it is told again."""
    assert derived_id("re_3MmlLrLkdIwHu7ix0uke3Ezy") == "wpgd44nqjxxmghq1"
    assert derived_id("du_1MtJUT2eZvKYlo2CNaw2HvEv") == "ggbhhjrm50f5cq3w"


def test_an_id_derived_from_a_providers_can_stand_in_a_reference():
    refund = derived_id("re_" + "A" * 200)
    assert is_id(refund)
    check_reference(f"purchase:order-1:rev:{refund}", "viewer:mia")
    check_reference(f"purchase:order-1:rev:dispute-{refund}", "viewer:mia")
