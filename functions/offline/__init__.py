"""Offline grants over HTTP."""
