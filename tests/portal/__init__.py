"""The front page and the desks."""
