"""OCPP over WebSocket: transport, RPC layer and one file per message."""
