"""Do captions teach what people leave unsaid, does scale, and does asking for it?"""
