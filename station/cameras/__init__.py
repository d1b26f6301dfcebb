"""Cameras behind one interface (camera.py): simulated, folder, opencv. sources.py reads the words of the command line."""
