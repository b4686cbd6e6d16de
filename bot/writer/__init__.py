"""The only part that touches the world: one queue in, one transaction, answers out."""
