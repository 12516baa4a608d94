"""AWS on this machine: the emulator, the stack built and deployed into it. Never a real account."""
