"""Run folders: where results are written, how a run survives being stopped, and on what it is computed.

Knows nothing of any gap. A study or an audit splits its work into numbered items, lets an `engine` turn each item
into bytes, records the bytes in a `journal`, and writes its results through a `folder`, `manifest.json` last. Killed
at any moment, it continues with the items that are missing.
"""
