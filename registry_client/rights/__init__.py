"""What a licence means: media, territories, times and end users, as bits, digests and words. No network."""
