"""What others would run instead, against the same simulators, and a judge that knows nothing of our keys."""
