"""The sweep of the ledger."""
