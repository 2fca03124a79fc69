"""What viewers tell of themselves, over HTTP."""
