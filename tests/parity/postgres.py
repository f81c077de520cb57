"""A PostgreSQL of the test's own: found on the machine, or installed by ``python -m tests.parity.postgres --install``."""

from __future__ import annotations

import glob
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from tests import packages

PLACES = (
    "/usr/local/bin",
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
)


def find() -> Path | None:
    """The folder with ``initdb`` and ``postgres``, or ``None``. ``NINEFOLD_POSTGRES`` names it where it is elsewhere."""
    own = os.environ.get("NINEFOLD_POSTGRES")
    on_path = shutil.which("initdb")
    usual = [str(Path(on_path).parent)] if on_path else []
    usual += sorted((folder for place in PLACES for folder in glob.glob(place)), reverse=True)
    folders = [own] if own else usual
    for folder in folders:
        # Some systems put only wrappers on the path; the folder that has the server is wanted.
        real = Path(folder, "initdb").resolve().parent
        for place in (Path(folder), real):
            if all((place / program).exists() for program in ("initdb", "postgres")):
                return place
    return None


def install() -> Path | None:
    """Try the system's package manager, then look again."""
    return packages.install(find, apt=(["postgresql"],), dnf=["postgresql-server"], brew=["postgresql"])


class Server:
    """A cluster in a folder of its own, on a free port of this machine alone; no other PostgreSQL is touched."""

    def __init__(self, programs: Path) -> None:
        # Not in pytest's folder: that is closed to everybody but its owner, and PostgreSQL does not run as root.
        self.folder, self._programs = Path(tempfile.mkdtemp(prefix="ninefold-postgres-")), programs
        folder = self.folder
        self.data = folder / "cluster"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._as = self._servant()
        password = folder / "password"
        password.write_text("s3cret/word\n", encoding="utf-8")
        if self._as:
            for place in (folder, password):
                shutil.chown(place, self._as)
        self._run(
            "initdb",
            "-D",
            self.data,
            "-U",
            "boss",
            f"--pwfile={password}",
            "-A",
            "scram-sha-256",
            "-E",
            "UTF8",
            "--no-sync",
            "--locale=C.UTF-8",
        )
        self.start()

    def url(self, user: str = "boss", password: str = "s3cret%2Fword", database: str = "postgres") -> str:
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        options = f"-p {self.port} -h 127.0.0.1 -k '{self.folder}' -c fsync=off -c shared_buffers=64MB -c work_mem=128MB"
        self._run("pg_ctl", "-D", self.data, "-l", self.folder / "log", "-w", "-t", "60", "-o", options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")

    def remove(self) -> None:
        with suppress(RuntimeError):
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _servant(self) -> str | None:
        """PostgreSQL refuses to run as root; somebody without rights runs it then."""
        if not hasattr(os, "geteuid") or os.geteuid() != 0:
            return None
        import pwd

        for name in ("postgres", "nobody"):
            try:
                pwd.getpwnam(name)
            except KeyError:
                continue
            return name
        return None

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(self._programs / program), *map(str, arguments)]
        if self._as:
            command = ["setpriv", f"--reuid={self._as}", f"--regid={_group(self._as)}", "--clear-groups", *command]
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        # Output goes to a file: a server that inherits a pipe would keep it open for as long as it runs.
        with (self.folder / f"{program}.out").open("w+", encoding="utf-8") as out:
            done = subprocess.run(command, stdout=out, stderr=subprocess.STDOUT, cwd=self.folder, env=environment, check=False)
            if done.returncode:
                out.seek(0)
                raise RuntimeError(f"{program}: {out.read()[-2000:]}")


def _group(user: str) -> int:
    import pwd

    return pwd.getpwnam(user).pw_gid


if __name__ == "__main__":
    missing = "No PostgreSQL was found and none could be installed. Install one, or set NINEFOLD_POSTGRES to the folder of initdb."
    sys.exit(packages.main("postgresql", find, install, missing))
