"""What would flip by another standard, other facts, or actions on causes: before and after, side by side."""
