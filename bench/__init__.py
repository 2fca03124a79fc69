"""Figures, measured: counts by published rules, and ratios within one run. ``python -m bench`` prints one table."""
