"""The latest gifts of episodes, kept from events."""
