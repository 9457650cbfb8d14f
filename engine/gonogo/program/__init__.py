"""What runs: the Program and the passes that make it."""
