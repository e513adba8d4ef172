"""Id tokens that mobility providers issued."""
