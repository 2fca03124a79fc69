"""One construct per capability; stacks only put them together."""
