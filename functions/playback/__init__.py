"""Playback grants and rewritten playlists, over HTTP."""
