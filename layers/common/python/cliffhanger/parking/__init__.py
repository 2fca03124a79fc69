"""Entries that a stream's consumer could not take: kept by their key until someone has mended the cause."""
