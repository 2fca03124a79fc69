"""Reconciles each day's balance lines of the payment provider with the ledger."""
