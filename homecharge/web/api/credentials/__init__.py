"""Passwords, and the devices somebody is signed in on."""
