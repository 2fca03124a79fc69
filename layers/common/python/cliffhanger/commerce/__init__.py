"""What coins cost in money."""
