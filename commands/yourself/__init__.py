"""What somebody says about themselves: accounts, languages, their own data."""
