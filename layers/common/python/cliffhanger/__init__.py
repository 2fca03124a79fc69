"""Cliffhanger: the product, independent of where it is deployed."""
