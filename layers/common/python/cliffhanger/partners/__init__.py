"""Partners: organisations that call us server to server, their members, their clients and what these may do."""
