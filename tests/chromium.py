"""Gets a Chromium for the browser story, where this system lets us: run by make."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome")


def path() -> str | None:
    """Where a Chromium is, if there is one."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def install() -> None:
    """Install the distribution's Chromium, as root on Debian and its kin."""
    apt = shutil.which("apt-get")
    if path() or apt is None or os.geteuid() != 0:
        return
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        done = subprocess.run(
            [apt, "-qq", *command], env=environment, stdout=subprocess.DEVNULL, check=False
        )
        if done.returncode != 0:
            return


if __name__ == "__main__":
    install()
    if path() is None:
        sys.stderr.write(
            "NO CHROMIUM: the story in the browser is skipped. Install it, for example with "
            "sudo apt-get install chromium.\n"
        )
