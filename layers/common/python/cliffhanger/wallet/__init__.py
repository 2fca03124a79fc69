"""What a viewer holds."""
