"""Reading of foreign files: runs in a child process with limits, never in the web process."""
