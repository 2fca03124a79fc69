"""Creators' money on its way to their bank: quotes, requests, the workflow's steps, destinations and schedules."""
