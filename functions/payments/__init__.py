"""What payment providers told, worked off."""
