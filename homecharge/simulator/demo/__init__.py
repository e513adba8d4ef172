"""The demo: a driver with two homes and seven simulated chargers, and a minute in which most of what can happen does.

It is an outside client: it sees Homecharge through the HTTP API and plays its chargers over real sockets.
"""
