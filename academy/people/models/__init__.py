"""Units, people, how they sign in, and the lists by which units keep the register."""
