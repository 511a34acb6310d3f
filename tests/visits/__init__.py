"""A whole package that the product does not have: visits of a startup to its centre."""
