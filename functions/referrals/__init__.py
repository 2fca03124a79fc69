"""What comes of invitations."""
