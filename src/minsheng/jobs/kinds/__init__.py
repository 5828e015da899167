"""The kinds of jobs: a module each, with a `KIND`. Adding a file adds a kind."""
