"""Runs a PostgreSQL program under an identity it accepts; started as a script of its own, never imported by us.

PostgreSQL refuses to run as root. `--as namespace` enters a user namespace in which the caller is called `nobody`:
files keep their owner and no account is needed. `--as uid:gid` becomes that user; `--as self` changes nothing.
A namespace can only be entered by a process with one thread, hence a fresh process.

With `--watch` the program is asked to shut down (SIGINT: PostgreSQL's fast shutdown) as soon as standard input says
anything or ends, so it outlives its starter by no more than that, however the starter died. `--pid-file` names a file
for the program's own process id.
"""

import argparse
import ctypes
import os
import select
import signal
import sys

CLONE_NEWUSER = 0x10000000
NOBODY = 65534
REFUSED = 97
POLL_S = 0.5


def enter_namespace() -> None:
    uid, gid = os.geteuid(), os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    for name, line in (
        ("setgroups", "deny"),
        ("uid_map", f"{NOBODY} {uid} 1"),
        ("gid_map", f"{NOBODY} {gid} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(line)


def change_identity(identity: str) -> None:
    if identity == "namespace":
        try:
            enter_namespace()
        except (OSError, AttributeError) as error:
            sys.stderr.write(f"user namespaces are refused here: {error}\n")
            sys.exit(REFUSED)
    elif identity != "self":
        uid, gid = map(int, identity.split(":"))
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)


def watch(command: list[str], pid_file: str | None) -> int:
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    child = os.fork()
    if child == 0:
        for restored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(restored, signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.execv(command[0], command)
    if pid_file:
        with open(pid_file, "w") as file:
            file.write(str(child))
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if select.select([0], [], [], POLL_S)[0]:
            os.kill(child, signal.SIGINT)
            return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--as", dest="identity", required=True)
    parser.add_argument("--watch", action="store_true")
    parser.add_argument("--pid-file")
    parser.add_argument("command", nargs="*")
    options = parser.parse_args()
    change_identity(options.identity)
    if options.watch:
        sys.exit(watch(options.command, options.pid_file) and 1)
    if options.command:
        os.execv(options.command[0], options.command)


if __name__ == "__main__":
    main()
