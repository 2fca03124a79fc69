"""Verifications, over HTTP."""
