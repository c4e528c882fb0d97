"""Finding credentials by plain words, however many there are. `index.SearchIndex` is its door."""
