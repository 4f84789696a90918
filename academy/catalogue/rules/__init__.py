"""What the catalogue decides without looking anything up: kinds, course files, programmes."""
