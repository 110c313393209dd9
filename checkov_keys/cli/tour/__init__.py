"""The commands that show the product at work: doctor and demo."""
