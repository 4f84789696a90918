"""Make documents: `rendering` by WeasyPrint, `forms` and `filling` many of one layout, `signing` and `keys`."""
