"""Explorers: one module a theme; labelled controls around one chart or one answer."""
