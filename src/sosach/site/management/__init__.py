"""Commands of the installation, called by `sosach …`."""
