"""What a viewer holds, over HTTP."""
