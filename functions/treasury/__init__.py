"""What the clock sees to of payouts."""
