"""The same preprocessing past one machine: Spark shuffles, the Polars functions do the work in its partitions."""
