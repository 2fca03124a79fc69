"""Series, episodes and their prices."""
