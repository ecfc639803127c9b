"""Sound: samples are levelled, resampled, cut, stored and read back."""
