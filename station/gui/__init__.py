"""The operator's window: the only Qt. Widgets show and ask; they do not decide, compute or touch the database.

app.py      application, language, fonts; the window's way in
control.py  starts and stops the line, asks the ledger; its signals are all that the widgets hear
window.py   the operator's screen
verdict_panel.py picture_view.py part_strip.py counters.py banner.py    its parts
theme.py    colours, shapes and sizes, in one place
words.py    what the window says about a part, in the operator's language
translations/    Qt Linguist files; `pyside6-lupdate` and `pyside6-lrelease` make them
"""
