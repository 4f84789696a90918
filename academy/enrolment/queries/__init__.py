"""Read claims and places: what decides a claim, what pages show, and what must always be true."""
