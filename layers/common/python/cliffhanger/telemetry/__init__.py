"""What the product tells its operators: the log and the metrics of business facts."""
