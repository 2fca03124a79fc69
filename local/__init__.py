"""The whole platform on one machine, outside the product: nothing in ``functions/`` or ``layers/`` knows of it."""
