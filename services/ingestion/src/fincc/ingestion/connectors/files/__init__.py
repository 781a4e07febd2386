"""Files of bills wherever they lie: listing, deliveries, and reading CSV and Parquet as columns."""
