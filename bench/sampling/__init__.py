"""What the sampling policy keeps of whole days, against periodic, motion-gated and random sampling."""
