"""Pools of places, claims on them, and the papers by which units fill them."""
