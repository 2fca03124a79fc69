"""Video from a creator's upload to a published episode."""
