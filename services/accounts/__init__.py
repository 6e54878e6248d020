"""People: signing in and out, their tokens and passwords, and what admins do for them."""
