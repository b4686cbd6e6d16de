"""How polls look and are told."""
