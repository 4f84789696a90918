"""Documents: HTML made into PDF, with a fetcher that reads packaged files only. Owns no table."""
