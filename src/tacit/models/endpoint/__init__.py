"""Models behind an OpenAI-compatible endpoint (OpenAI, vLLM, llama.cpp, SGLang, TGI, Ollama, ...)."""
