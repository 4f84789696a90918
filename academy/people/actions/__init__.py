"""Change people: the register (for other features too), signing in, joining, binding, one's own account."""
