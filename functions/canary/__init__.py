"""The canary: a posting that is timed from end to end."""
