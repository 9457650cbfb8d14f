"""Pictures: the cause-effect graph, and what a limit lets pass."""
