"""The steps of the workflow of payouts."""
