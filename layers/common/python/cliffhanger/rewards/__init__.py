"""What viewers are given for what they do: rules as data, and who is given what by them."""
