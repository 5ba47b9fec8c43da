"""Collecting what people leave unsaid: a local web app that asks for it, and checks what comes back."""
