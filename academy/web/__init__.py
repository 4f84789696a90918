"""Flask met once: sessions, access, forms, pages, languages and paging, for all features alike."""
