"""What must stay true, from a fake clock up to a real browser."""
