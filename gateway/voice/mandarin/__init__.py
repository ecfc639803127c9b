"""Mandarin: words become syllables, and syllables become phonemes.

- `pinyin`: words become toned syllables such as `zhong4`.
- `dictionary` holds the pronunciations of characters and phrases, and `lexicon` those of the product and of
  the site, which go before the dictionary's.
- `phonemes`: a syllable becomes espeak-ng's phonemes.
"""
