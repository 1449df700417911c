"""What belongs to one page, or to pages of one kind."""
