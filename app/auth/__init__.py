"""Who is calling, and what that person may do: the rules, each in one place."""
