"""The front page and the desks: what each role does now. Owns no table."""
