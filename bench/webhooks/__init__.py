"""Webhooks: what a delivery costs, how many there are in a second, and whether who hangs or is killed harms any."""
