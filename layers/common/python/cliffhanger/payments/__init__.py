"""Money from outside: the port to a payment provider, its one adapter, and what the provider tells us."""
