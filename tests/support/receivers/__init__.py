"""Receivers of webhooks on this machine, good and hostile, with certificates of a throw-away authority."""
