"""Partners' endpoints, and what is delivered to them."""
