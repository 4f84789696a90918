"""What documents are made of, as pure rules: `drawing` gives paths and dates, `splice` a PDF in two parts."""
