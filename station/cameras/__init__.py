"""Cameras behind one interface.

camera.py      what the line asks of a camera
sources.py     the words of the command line and config.toml become one
simulated.py   simulated connectors, one after another; it can fail on order
connector.py   draws them
folder.py      replays picture files
opencv.py      USB cameras, video files and network streams
pixels.py      knows a picture again by its pixels: a camera that repeats itself shows no noise
isolated.py    a camera in a process of its own, which is replaced when it hangs
child.py       that process's end
kept.py        keeps a camera open: after a failure it is opened again, with growing pauses
"""
