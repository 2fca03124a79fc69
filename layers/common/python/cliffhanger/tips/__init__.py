"""Gifts that viewers give to series: bought coins, once each, and shown to others where the giver wants it."""
