"""Progress: where viewers stopped, to go on from there."""
