"""What is told of contributions."""
