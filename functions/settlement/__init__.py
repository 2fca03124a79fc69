"""Settlement of new ledger entries, from the ledger's stream."""
