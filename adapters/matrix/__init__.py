"""Matrix: rooms of any homeserver, encrypted ones included."""
