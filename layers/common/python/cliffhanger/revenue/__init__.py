"""Revenue: who shares in what a series earns, the daily waterfall, and what each party is told of it."""
