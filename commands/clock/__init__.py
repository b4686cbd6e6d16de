"""What comes by the clock: digests and reminders."""
