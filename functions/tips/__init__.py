"""Gifts that viewers give, over HTTP."""
