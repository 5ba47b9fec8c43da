"""Tiny checkpoints with random weights, saved as users have them: safetensors, configurations, tokenizer files."""

from __future__ import annotations

import json
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

TEXT = (
    "a red green blue circle square star left right of above below the one two three dog cat no is in image what does "
    "this show answer with letter A B C D . : ?"
)
SPECIAL = ("<pad>", "<s>", "</s>", "<unk>", "<image>")
LENGTH = 16
"""Tokens that the small text towers read."""

KEPT: list[Any] = []
"""Libraries of operators, which define them for as long as they live."""


def library(name: str) -> Any:
    """A library whose own types are none, or are too narrow for what it takes."""
    return import_module(name)


def mend_torchvision() -> None:
    """Make a torchvision importable that was built for another torch: what it lacks is not used here."""
    torch = library("torch")
    try:
        import_module("torchvision")
    except ModuleNotFoundError:
        return
    except RuntimeError:
        lacking = torch.library.Library("torchvision", "FRAGMENT")
        lacking.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        lacking.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        KEPT.append(lacking)
        import_module("torchvision")


def tokenizer(length: int = LENGTH) -> Any:
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    words = {word: at for at, word in enumerate((*SPECIAL, *TEXT.split()))}
    made = Tokenizer(models.WordLevel(words, unk_token=SPECIAL[3]))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", words["<s>"]), ("</s>", words["</s>"])]
    )
    return library("transformers").PreTrainedTokenizerFast(
        tokenizer_object=made, pad_token=SPECIAL[0], bos_token=SPECIAL[1], eos_token=SPECIAL[2], unk_token=SPECIAL[3],
        model_max_length=length, extra_special_tokens={"image_token": "<image>"},
    )  # fmt: skip


def _pictures(kind: str) -> Any:
    transformers = library("transformers")
    size = {"height": 16, "width": 16}
    if kind == "clip":
        return transformers.CLIPImageProcessorPil(size={"shortest_edge": 16}, crop_size=size)
    return transformers.SiglipImageProcessorPil(size=size)


def _vision() -> dict[str, int]:
    return {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2,
            "image_size": 16, "patch_size": 8}  # fmt: skip


def _text(words: int) -> dict[str, Any]:
    return {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2,
            "vocab_size": words, "max_position_embeddings": LENGTH, "bos_token_id": 1, "eos_token_id": 2,
            "pad_token_id": 0}  # fmt: skip


def save_clip(folder: Path, seed: int = 0) -> Path:
    """A dual encoder in the layout of transformers."""
    import torch

    transformers = library("transformers")

    torch.manual_seed(seed)
    words = tokenizer()
    config = transformers.CLIPConfig(text_config=_text(len(words)), vision_config=_vision(), projection_dim=8)
    transformers.CLIPModel(config).save_pretrained(folder)
    transformers.CLIPProcessor(_pictures("clip"), words).save_pretrained(folder)
    return folder


def save_siglip(folder: Path, seed: int = 0) -> Path:
    """A dual encoder that was trained on texts padded to their full length."""
    import torch

    transformers = library("transformers")

    torch.manual_seed(seed)
    words = tokenizer()
    config = transformers.SiglipConfig(
        text_config={**_text(len(words)), "projection_size": 16}, vision_config=_vision()
    )
    transformers.SiglipModel(config).save_pretrained(folder)
    transformers.SiglipProcessor(_pictures("siglip"), words).save_pretrained(folder)
    return folder


def save_llava(folder: Path, seed: int = 0, *, chat: bool = False) -> Path:
    """A generative model."""
    import torch

    transformers = library("transformers")

    torch.manual_seed(seed)
    words = tokenizer(length=512)
    text = transformers.LlamaConfig(
        vocab_size=len(words), hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2,
        max_position_embeddings=512, pad_token_id=0, bos_token_id=1, eos_token_id=2,
    )  # fmt: skip
    config = transformers.LlavaConfig(
        vision_config=transformers.CLIPVisionConfig(**_vision()), text_config=text,
        image_token_index=words.convert_tokens_to_ids("<image>"), vision_feature_layer=-1,
    )  # fmt: skip
    transformers.LlavaForConditionalGeneration(config).save_pretrained(folder)
    template = (
        "{% for m in messages %}{% for c in m['content'] %}{% if c['type'] == 'image' %}<image> "
        "{% else %}{{ c['text'] }} {% endif %}{% endfor %}{% endfor %}: "
    )
    transformers.LlavaProcessor(
        _pictures("clip"), words, patch_size=8, vision_feature_select_strategy="default", num_additional_image_tokens=1,
        chat_template=template if chat else None,
    ).save_pretrained(folder)  # fmt: skip
    return folder


def open_clip_config() -> dict[str, Any]:
    return {
        "embed_dim": 16,
        "vision_cfg": {"image_size": 16, "layers": 1, "width": 64, "head_width": 32, "patch_size": 8},
        "text_cfg": {"context_length": LENGTH, "vocab_size": 49408, "width": 16, "heads": 2, "layers": 1},
    }


def save_open_clip(folder: Path, seed: int = 0) -> Path:
    """A dual encoder in the layout of open_clip: a configuration beside the weights."""
    import torch
    from safetensors.torch import save_file

    torch.manual_seed(seed)
    folder.mkdir(parents=True, exist_ok=True)
    config = open_clip_config()
    (folder / "open_clip_config.json").write_text(json.dumps({"model_cfg": config, "preprocess_cfg": {}}))
    model = library("open_clip").model.CLIP(config["embed_dim"], config["vision_cfg"], config["text_cfg"])
    save_file({name: value.contiguous() for name, value in model.state_dict().items()},
              folder / "open_clip_model.safetensors")  # fmt: skip
    return folder
