"""What people type first, who have never seen this, and what becomes of it."""
