"""Live events over Socket.IO: WebSocket only, replay by number, a bound per client (D5, D6)."""
