"""From findings to root causes to the actions that pay."""
