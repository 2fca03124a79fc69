"""Synthetic viewers and farms that live through a rule set on the real planner, and what that comes to."""
