"""The processes behind the web: workers of one queue each, and the clock."""
