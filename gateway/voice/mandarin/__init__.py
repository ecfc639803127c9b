"""Mandarin: words become syllables, and syllables become phonemes.

- `words`: a text without digits becomes Words, with the syllables of `pinyin` (`zhong4`) and the borders of
  `borders`.
- `dictionary` holds the pronunciations of characters and phrases, and `lexicon` those of the product and of
  the site, which go before the dictionary's.
- `phonemes`: a syllable becomes espeak-ng's phonemes.
"""
