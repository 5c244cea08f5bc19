"""What is asked of programs and histories: evaluate a scenario, hold it against its expectations, look ahead."""
