"""Creators' payouts over HTTP."""
