"""Pages of people: signing in, joining, one's own account, binding phones, and the office's list."""
