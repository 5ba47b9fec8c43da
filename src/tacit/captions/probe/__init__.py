"""`tacit probe`: which caption of an image does a model hold for the right one?"""
