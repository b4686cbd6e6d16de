"""What people gave: entries and their life, timers, thanks."""
