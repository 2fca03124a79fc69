"""Campaigns of brands: what viewers get of them, what brands tell and read, and how operators run them."""
