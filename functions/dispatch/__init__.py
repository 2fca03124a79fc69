"""Looks every minute at what deliveries are due."""
