"""Sending one message to one receiver; knows no database."""
