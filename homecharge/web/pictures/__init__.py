"""Pictures that the API answers with, drawn as SVG."""
