"""Each day's newest entries under one Merkle root, kept where nobody can change it: history is pinned from outside."""
