"""What Stripe tells us, recorded."""
