"""What a batch, a record on its way, a delivery, a message may become."""
