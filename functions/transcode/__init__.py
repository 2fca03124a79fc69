"""From an uploaded video to a published episode, by events."""
