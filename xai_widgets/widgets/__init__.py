"""What a person sets and sees."""
