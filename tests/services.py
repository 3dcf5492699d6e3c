"""Real servers for tests: each is started on loopback on a free port and ended by its own id."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path


def free_port() -> int:
    """A TCP port that nothing listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    """Return when something listens on ``port``; raise when ``process`` ends or time runs out."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        with socket.socket() as probe:
            probe.settimeout(0.2)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens on {port} after {seconds} s")


def find_postgres() -> Path | None:
    """The folder of PostgreSQL's server programs (Debian keeps them off the PATH), or None."""
    found = shutil.which("postgres")
    if found:
        return Path(found).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: int(p.parts[-3]))
    return installed[-1].parent if installed else None


class Postgres:
    """A PostgreSQL server of the test's own, in a new folder, without a password on loopback."""

    def __init__(self) -> None:
        programs = find_postgres()
        if programs is None:
            raise FileNotFoundError("PostgreSQL is not installed")
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="borgerkontakt-pg-"))
        self._databases = 0
        user: str | None = None
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            user = "postgres" if any(p.pw_name == "postgres" for p in pwd.getpwall()) else "nobody"
            shutil.chown(self.folder, user)
        data = self.folder / "data"
        subprocess.run(
            [programs / "initdb", "-D", data, "-U", "test", "-A", "trust", "-E", "UTF8", "--no-sync"],
            check=True,
            user=user,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
        )
        self.process = subprocess.Popen(
            [
                programs / "postgres",
                "-D",
                data,
                "-p",
                str(self.port),
                "-c",
                "listen_addresses=127.0.0.1",
                "-k",
                self.folder,
                "-F",
            ],
            user=user,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_for_port(self.port, self.process)

    def new_database(self, *, like: str = "template1") -> str:
        """Make a database like another of this server's, an empty one as it stands; its SQLAlchemy address."""
        from sqlalchemy import create_engine
        from sqlalchemy.exc import OperationalError

        self._databases += 1
        name = f"test{self._databases}"
        admin = create_engine(f"postgresql://test@127.0.0.1:{self.port}/postgres", isolation_level="AUTOCOMMIT")
        deadline = time.monotonic() + 20
        while True:  # the port opens a moment before the server takes connections
            try:
                with admin.connect() as connection:
                    connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {like}")
                break
            except OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
        admin.dispose()
        return f"postgresql://test@127.0.0.1:{self.port}/{name}"

    def stop(self) -> None:
        """End the server this object started, at once, for nothing of it is kept; and remove its folder."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(30)
        # Hundreds of thousands of files: it takes minutes, and nobody needs to wait for it.
        subprocess.Popen(["rm", "-rf", self.folder], start_new_session=True)
