"""The HTTP edge that all functions share: requests, access tokens, problems."""
