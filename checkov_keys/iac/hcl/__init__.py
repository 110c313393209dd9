"""The language of Terraform as a library: syntax, values with unknowns, evaluation and functions.

It knows neither Terraform's blocks nor Checkov nor access keys.
"""
