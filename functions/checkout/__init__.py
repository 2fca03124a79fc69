"""Coins for money, over HTTP."""
