"""Summaries of pages by a language model: optional, beside the findings and never among them."""
