"""gonogo: quality standards as code."""
