"""Channels: messages leave the platform through an outbox, until each is delivered or refused."""
