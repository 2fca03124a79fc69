"""Uploads by creators, over HTTP."""
