"""Messages in each form that shows them. A renderer is pure, and knows every kind of block.

A new form is one file here and one line below: a module with a function of its own name.
"""

# Modules by name and not the functions themselves, so that only who prints to a terminal loads its library.
RENDERERS = {
    "plain": "bot.render.plain",
    "terminal": "bot.render.terminal",
    "html": "bot.render.html",
}
