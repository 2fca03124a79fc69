"""What the product tells the world."""
