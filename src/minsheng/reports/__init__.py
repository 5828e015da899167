"""Reports: core results as one self-contained HTML file, in Chinese and English, for the screen and for paper.

Belongs here: the page's shell and look (`page`, `style`), its charts and tables (`charts`, `tables`), and one module per report that
arranges a core result. Does not belong: computing anything, reading the database or the lake, scripts, anything fetched from elsewhere.
"""
