"""Measures the product on data of a size it must bear: ``python -m benchmarks``."""
