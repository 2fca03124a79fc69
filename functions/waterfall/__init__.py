"""The daily waterfall: what series have earned is divided, and told to those who share in it."""
