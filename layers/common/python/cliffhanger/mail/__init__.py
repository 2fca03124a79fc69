"""What viewers are told by e-mail: a receipt for what they bought, and for what went back."""
