"""Client of the Global Copyright Registry."""
