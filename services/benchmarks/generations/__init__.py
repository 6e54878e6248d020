"""Attribute generations: a language model writes name, appearance and biography of personas."""
