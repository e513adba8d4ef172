"""The support console: pages for agents, made on the server, without a script."""
