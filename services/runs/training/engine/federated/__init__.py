"""Federated training: Flower's apps, messages and strategies on a grid inside this process."""
