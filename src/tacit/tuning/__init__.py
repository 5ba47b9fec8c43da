"""Gain a skill and keep what was there: tune few entries, exactly, and measure what that did to in-context learning."""
