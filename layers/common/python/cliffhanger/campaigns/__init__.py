"""Campaigns of brands: prefunded budgets, and the cashback that viewers get of them."""
