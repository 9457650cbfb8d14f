"""Pictures of the cause-effect graph."""
