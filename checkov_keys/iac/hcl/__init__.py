"""The language of Terraform. It knows neither Terraform's blocks nor Checkov nor keys."""
