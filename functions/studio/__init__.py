"""Series, episodes and uploads by creators, over HTTP."""
