"""How often a caller may ask, counted over all instances without a write for each request."""
