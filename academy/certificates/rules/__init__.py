"""Rules of certificates: their `states`, their `numbers`, and `proposing` them."""
