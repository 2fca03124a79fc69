"""Support: what operators do to accounts, as cases, and an account explained entry by entry."""
