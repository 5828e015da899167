"""The `minsheng` command: every step of the loop by hand.

Belongs here: reading arguments, calling one operation or query, showing what came back. Does not belong: any rule.
"""

from minsheng.config.start import prepare


def main() -> None:
    """Run the command."""
    prepare()
    from minsheng.cli.app import run

    run()
