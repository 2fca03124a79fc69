"""Playback: who may play an episode, and the CloudFront signatures that let them."""
