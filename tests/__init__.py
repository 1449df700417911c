"""Tests of GMM Lab; the folders mirror the code they test."""
