"""Coins open episodes, exactly once."""
