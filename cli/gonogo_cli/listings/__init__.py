"""What `gonogo lint` writes: one file a format, each a function that writes a `Listing`."""
