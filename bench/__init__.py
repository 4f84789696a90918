"""Speed, measured against peers and limits: a table for people, then one line of JSON a case."""
