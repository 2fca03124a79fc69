"""What the payment provider says of a day against what the ledger says: every difference, by name."""
