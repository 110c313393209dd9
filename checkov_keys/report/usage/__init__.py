"""Who uses which key, for people, programs, spreadsheets and tickets."""
