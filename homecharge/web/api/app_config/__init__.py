"""What an app asks before anybody has signed in."""
