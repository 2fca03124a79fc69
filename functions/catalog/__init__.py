"""Series and episodes over HTTP."""
