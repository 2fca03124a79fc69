"""Operators: cases, accounts explained, switches, parked entries."""
