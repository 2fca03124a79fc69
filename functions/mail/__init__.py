"""Receipts by e-mail."""
