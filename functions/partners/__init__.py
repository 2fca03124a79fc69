"""Partners: their own view of themselves, and the operators' of all of them."""
