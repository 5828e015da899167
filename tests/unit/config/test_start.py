"""The command line learns at once whether its database answers."""

import socket
import subprocess
import sys
from pathlib import Path

COMMAND = [str(Path(sys.executable).with_name("minsheng")), "audit", "verify"]


def test_a_database_out_of_reach_is_said_plainly(tmp_path, monkeypatch):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("DATABASE_URL", f"postgres://someone:secret@127.0.0.1:{free.getsockname()[1]}/minsheng")
        monkeypatch.setenv("MINSHENG_HOME", str(tmp_path))
        monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "minsheng.config.settings")
        ended = subprocess.run(COMMAND, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "cannot be reached" in ended.stderr
    assert "Check DATABASE_URL" in " ".join(ended.stderr.split())
    assert "Traceback" not in ended.stderr
    assert "secret" not in ended.stderr
