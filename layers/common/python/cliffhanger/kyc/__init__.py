"""Who may take money out: verified identities, held against lists of sanctions, and decided on by reviewers."""
