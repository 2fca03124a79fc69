"""Where viewers stopped, over HTTP."""
