"""What ad networks vouch for, taken."""
