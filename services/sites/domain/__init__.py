"""What a page is and what is wrong with it: pure rules."""
