"""Examples to tune on: reading, templates, masking of prompts, packing.

From the user's files to what a trainer takes, in this order::

    examples = read_examples(places, columns=..., limit=..., drop_empty=...)   # data.read -> Examples
    train, held_out = split(examples, held_out=0.05, seed=0)                   # data.split -> two Examples
    encoder = Encoder(tokenizer, max_length=1024, template=..., too_long="error", special="text", mask_prompt=True)
    encoded = encoder.encode(train)              # data.encode -> Encoded: .rows: tuple[Row, ...], .summary: DataSummary
    encoded = encoded.packed(1024, seed=0)                     # only if several examples are to share a row
    dataset = encoded.features()                               # input_ids, labels; position_ids where packed
    collator = Collator(pad_of(tokenizer))                     # data.collate
    collator = packed_collator(model, pad_of(tokenizer))       # packed: finds out how this model keeps examples apart
    batches = length_batches(lengths, size, seed=seed)         # data.pack: lists of indices

``few_shot_prompts(examples, shots, seed)`` of `data.split` makes few-shot prompts of the user's own examples.
"""
