"""What operators can stop without a deployment."""
