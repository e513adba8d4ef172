"""What owners and admins have their charger told."""
