"""The command line of gonogo: one file a command, one file a format. It knows only gonogo's promised names."""
