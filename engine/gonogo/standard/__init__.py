"""What people write: a standard, read with the position of every word."""
