"""Anchors the ledger: asks for the day's changes, and keeps their root."""
