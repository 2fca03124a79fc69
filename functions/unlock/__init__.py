"""Unlocks of episodes, over HTTP."""
