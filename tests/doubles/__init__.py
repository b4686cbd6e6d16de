"""Stand-ins for the chat networks, which speak their real protocols over real sockets."""
