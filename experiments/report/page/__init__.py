"""The report as one HTML page that stands alone: no script, no network, its plots inline SVG."""
