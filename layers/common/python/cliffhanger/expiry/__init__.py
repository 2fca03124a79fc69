"""What is due on accounts by itself: holds whose time is over, coins that expire, and notice of it before."""
