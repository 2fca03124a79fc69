"""The edge: one folder is one Lambda function with one role."""
