"""Text: written text becomes words that are said.

- `spoken` does all of it, in this order.
- `lines` joins the lines of a text, and `clean` gives each character one form.
- `telephones`, `dates` and `units` are rules (`rules`), each over the whole text. Those of `units` stand in
  `roads`, `temperatures` and `shares`, too. `english` takes their place for a text without Chinese.
- `doubt` spells a number digit by digit where the words do not hold its value.
- `clean` names the signs that are left, and makes the punctuation full-width.
"""
