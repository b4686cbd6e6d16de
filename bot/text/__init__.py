"""What people read: text as a tree, pictures of figures, and the languages they come in."""
