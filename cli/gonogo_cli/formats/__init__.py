"""What `gonogo check` writes: one file a format, each a `Report` that takes verdicts as they come."""
