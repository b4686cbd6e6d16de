"""How people say it, and what is made of it."""
