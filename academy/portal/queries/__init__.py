"""What the front page and the desks show, each page's facts in a few queries whatever the size of the academy."""
