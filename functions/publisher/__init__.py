"""Tells what new ledger entries are, from the ledger's stream."""
