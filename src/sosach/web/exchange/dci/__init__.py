"""DCI's registry interface for civil registration (CRVS 1.0.0): thin; what is answered is decided in `domain/exchange`."""
