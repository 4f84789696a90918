"""Read people: the register (for other features too), the office's list, sign-ins, and requests to bind."""
