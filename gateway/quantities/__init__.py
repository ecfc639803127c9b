"""Quantities: the numbers, units, spans and dates of Chinese texts.

A judge may ask four things of a text.

- Amounts: `amounts.amounts` gives each number that has a unit, in order: its value with its sign, the other
  end of its span, its unit under one name (mm is 毫米, ℃ and 度 are 摄氏度), and its place in the text.
  `least` and `most` are the two ends by size. Dates, times of day, ordinals and grades (Ⅲ级) are none.
- Values: `figures.figures` gives each number of a text as a Decimal, in order. `figures.same` says whether
  two texts hold the same numbers, however they are written: 105 and 一百零五 are the same.
- Units: `units.UNITS` maps each written unit to its Chinese words. `units.UNIT` and `units.COUNTED` are
  patterns of units and measure words.
- Spans: `spans.NUMBER`, `spans.MINUS` and `spans.TO` are patterns of a number, of its minus and of the sign
  between the two ends of a span.

The voice asks for the way back: `numerals` says a number in Chinese words, `dates` a date or a time of day.

The package knows nothing of speech, of alerts or of rules. No function changes a text.
"""
