"""What the clock does for verifications."""
