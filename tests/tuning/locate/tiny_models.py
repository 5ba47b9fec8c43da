"""Tiny models with random weights, one per architecture: two layers, about 32 wide."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from tests.models.tiny_checkpoints import mend_torchvision

from tacit.models.runtime import transformers_ready

if TYPE_CHECKING:
    from collections.abc import Callable

SIZES = {
    "vocab_size": 64, "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4,
    "max_position_embeddings": 64, "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2,
}  # fmt: skip
GROUPED: dict[str, Any] = {"num_key_value_heads": 2, "head_dim": 8}
BRANCHES: dict[str, Any] = {"n_embd": 32, "n_layer": 2, "n_head": 4, "n_positions": 64}
STACKS: dict[str, Any] = {
    "d_model": 32, "encoder_layers": 2, "decoder_layers": 2, "encoder_attention_heads": 4, "decoder_attention_heads": 4,
    "encoder_ffn_dim": 48, "decoder_ffn_dim": 48, "decoder_start_token_id": 1,
}  # fmt: skip
PICTURE: dict[str, Any] = {"image_size": 16, "patch_size": 8, "num_channels": 3}
ROTARY = {"rope_type": "default", "rope_theta": 1e4, "mrope_section": [1, 1, 2]}
LATENT: dict[str, Any] = {
    "kv_lora_rank": 8,
    "q_lora_rank": 16,
    "qk_nope_head_dim": 8,
    "qk_rope_head_dim": 4,
    "v_head_dim": 6,
}


@cache
def transformers() -> Any:
    mend_torchvision()
    with transformers_ready():
        return import_module("transformers")


def built(model: str, config: str, **changes: Any) -> Any:
    """A model of transformers; its weights are drawn anew, wide enough that no attention is flat."""
    torch, library = import_module("torch"), transformers()
    with transformers_ready(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        made = getattr(library, model)(getattr(library, config)(**changes))
        with torch.no_grad():
            for parameter in made.parameters():
                parameter.copy_(
                    torch.randn(parameter.shape) * (0.3 if parameter.ndim > 1 else 0.1) + (parameter.ndim == 1)
                )
    return made.eval()


def _of(name: str, kind: str = "Model", /, **changes: Any) -> Callable[[], Any]:
    """`SIZES` with some changes; None takes one out."""
    sizes = {key: value for key, value in {**SIZES, **changes}.items() if value is not None}
    return lambda: built(f"{name}{kind}", f"{name}Config", **sizes)


def _towers(name: str, *, text: dict[str, Any] | None = None) -> Callable[[], Any]:
    vision = {**SIZES, **PICTURE}
    words = {**SIZES, **(text or {})}
    return lambda: built(f"{name}Model", f"{name}Config", text_config=words, vision_config=vision)


def _open_clip() -> Any:
    transformers()
    open_clip: Any = import_module("open_clip")
    return open_clip.model.CLIP(
        embed_dim=16,
        vision_cfg={"image_size": 16, "patch_size": 8, "width": 32, "layers": 2, "head_width": 8},
        text_cfg={"context_length": 12, "vocab_size": 64, "width": 32, "heads": 4, "layers": 2},
    ).eval()


MODELS: dict[str, Callable[[], Any]] = {
    "llama": _of("Llama", "ForCausalLM", **GROUPED),
    "qwen2": _of("Qwen2", **GROUPED),
    "qwen3": _of("Qwen3", **GROUPED),
    "mistral": _of("Mistral", **GROUPED),
    "mixtral": _of("Mixtral", **GROUPED, num_local_experts=2),
    "gemma2": _of("Gemma2", **GROUPED),
    "gemma3": _of("Gemma3Text", **GROUPED),
    "phi": _of("Phi"),
    "phi3": _of("Phi3", **GROUPED),
    "gpt2": _of("GPT2", **BRANCHES),
    "gpt2-cross": _of("GPT2", **BRANCHES, add_cross_attention=True),
    "openai-gpt": _of("OpenAIGPT", **BRANCHES),
    "gpt-neo": _of(
        "GPTNeo", num_layers=2, num_heads=4, attention_types=[[["global", "local"], 1]], num_hidden_layers=None,
        num_attention_heads=None,
    ),
    "gpt-j": _of("GPTJ", **BRANCHES, rotary_dim=4),
    "gpt-neox": _of("GPTNeoX"),
    "gpt-neox-japanese": _of("GPTNeoXJapanese"),
    "bloom": _of("Bloom", n_layer=2, n_head=4),
    "falcon-7b": _of("Falcon", new_decoder_architecture=False, multi_query=True),
    "falcon-40b": _of("Falcon", new_decoder_architecture=True, num_kv_heads=2),
    "falcon-rw": _of("Falcon", new_decoder_architecture=False, multi_query=False, alibi=True, bias=True),
    "gpt-bigcode-mqa": _of("GPTBigCode", **BRANCHES, multi_query=True),
    "gpt-bigcode-mha": _of("GPTBigCode", **BRANCHES, multi_query=False),
    "codegen": _of("CodeGen", **BRANCHES, rotary_dim=4),
    "mpt": _of("Mpt", d_model=32, n_heads=4, n_layers=2, expansion_ratio=2, max_seq_len=64),
    "dbrx": _of(
        "Dbrx", d_model=32, n_heads=4, n_layers=2, max_seq_len=64,
        attn_config={"kv_n_heads": 2, "clip_qkv": 8.0, "rope_theta": 1e4},
        ffn_config={"ffn_hidden_size": 48, "moe_num_experts": 2, "moe_top_k": 1, "hidden_size": 32},
    ),
    "opt": _of("OPT", ffn_dim=48, word_embed_proj_dim=32),
    "persimmon": _of("Persimmon"),
    "cohere": _of("Cohere", **GROUPED),
    "olmo2": _of("Olmo2", **GROUPED),
    "stablelm": _of("StableLm", **GROUPED),
    "gpt-oss": _of("GptOss", **GROUPED, num_local_experts=2, num_experts_per_tok=1),
    "jetmoe": _of("JetMoe", kv_channels=8, num_local_experts=2, num_key_value_heads=2, num_attention_heads=None),
    "deepseek-v2": _of("DeepseekV2", **LATENT, n_routed_experts=None, first_k_dense_replace=2),
    "deepseek-v3": _of("DeepseekV3", **LATENT, first_k_dense_replace=2, num_key_value_heads=4),
    "minicpm3": _of("MiniCPM3", **LATENT),
    "bert": _of("Bert"),
    "bert-cross": _of("Bert", is_decoder=True, add_cross_attention=True),
    "roberta": _of("Roberta", max_position_embeddings=70),
    "electra": _of("Electra", embedding_size=32),
    "distilbert": _of("DistilBert", dim=32, n_layers=2, n_heads=4, hidden_dim=48),
    "albert": _of("Albert", embedding_size=32),
    "deberta": _of("Deberta", relative_attention=True, pos_att_type=["c2p", "p2c"]),
    "deberta-v2": _of("DebertaV2", relative_attention=True, pos_att_type=["c2p", "p2c"]),
    "mpnet": _of("MPNet"),
    "longformer": _of("Longformer", attention_window=4),
    "xlm": _of("XLM", emb_dim=32, n_layers=2, n_heads=4),
    "squeezebert": _of(
        "SqueezeBert", embedding_size=32, q_groups=1, k_groups=1, v_groups=1, post_attention_groups=1,
        intermediate_groups=1, output_groups=1,
    ),
    "funnel": _of("Funnel", d_model=32, n_head=4, d_head=8, d_inner=48, block_sizes=[1, 1], num_hidden_layers=None),
    "ctrl": _of("CTRL", **BRANCHES, dff=48),
    "xlnet": _of("XLNet", d_model=32, n_layer=2, n_head=4, d_inner=48, max_position_embeddings=None),
    "modernbert": _of("ModernBert"),
    "t5": _of("T5", d_model=32, d_kv=8, d_ff=48, num_layers=2, num_heads=4, decoder_start_token_id=0),
    "bart": _of("Bart", **STACKS),
    "whisper": _of(
        "Whisper", **STACKS, num_mel_bins=8, max_source_positions=10, max_target_positions=16,
    ),
    "wav2vec2": _of("Wav2Vec2", conv_dim=[8, 8], conv_stride=[8, 8], conv_kernel=[8, 8], num_conv_pos_embeddings=4,
        num_conv_pos_embedding_groups=2, num_feat_extract_layers=2),
    "vit": _of("ViT", **PICTURE),
    "vit-mae-video": _of("VideoMAE", **PICTURE, num_frames=2, tubelet_size=2),
    "clip": _towers("CLIP"),
    "siglip": _towers("Siglip"),
    "blip": _towers("Blip"),
    "llava": lambda: built(
        "LlavaModel", "LlavaConfig", text_config={**SIZES, **GROUPED, "model_type": "llama"}, image_token_index=3,
        vision_config={**SIZES, **PICTURE, "model_type": "clip_vision_model"},
    ),
    "qwen2-vl": lambda: built(
        "Qwen2VLModel", "Qwen2VLConfig", text_config={**SIZES, "num_key_value_heads": 2, "rope_parameters": ROTARY},
        vision_config={"depth": 2, "embed_dim": 32, "hidden_size": 32, "num_heads": 4, "patch_size": 4},
    ),
    "open-clip": _open_clip,
}  # fmt: skip
