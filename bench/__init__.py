"""Figures, measured: counts by published rules, ratios within one run, money by list prices, in one table.

``python -m bench`` prints it. What is realistic is said in ``mix``, what is assumed of AWS in ``costs`` and ``logs``.
"""
