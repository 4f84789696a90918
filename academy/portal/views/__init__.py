"""Pages of the portal: the front page, notices, search, guides, and one desk for each role."""
