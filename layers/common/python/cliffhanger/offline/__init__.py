"""Offline grants: episodes that a device keeps to play without a network, for a while."""
