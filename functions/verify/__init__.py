"""The steps of the workflow that verifies people."""
