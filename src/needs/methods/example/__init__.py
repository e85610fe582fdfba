"""The made-up country: what is true of it, and data of people about nobody."""
