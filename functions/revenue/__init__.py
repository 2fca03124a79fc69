"""What viewers earn, over HTTP."""
