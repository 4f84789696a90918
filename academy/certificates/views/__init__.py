"""Pages of certificates: `office` for those who decide, `register` for holders and the public."""
