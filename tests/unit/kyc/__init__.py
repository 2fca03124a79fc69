"""Verifications, without AWS."""
