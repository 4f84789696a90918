"""The training platform of a city academy: one Flask application made of feature packages."""
