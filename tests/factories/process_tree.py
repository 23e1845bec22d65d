"""A process with everything it started, as Linux shows it."""

from pathlib import Path

PROC = Path("/proc")


def tree_of(root: int) -> list[int]:
    """The ids of `root` and all its descendants that live now."""
    parents = {}
    for folder in PROC.iterdir():
        if folder.name.isdecimal() and (status := _read(folder / "stat")):
            parents[int(folder.name)] = int(status.rpartition(")")[2].split()[1])
    found = [root] if root in parents else []
    for process in found:
        found.extend(child for child, parent in parents.items() if parent == process)
    return found


def pss_megabytes(processes: list[int]) -> float:
    """The sum of their proportional set sizes: memory that several share is counted once."""
    kilobytes = 0
    for process in processes:
        for line in _read(PROC / str(process) / "smaps_rollup").splitlines():
            if line.startswith("Pss:"):
                kilobytes += int(line.split()[1])
    return kilobytes / 1024


def command_of(process: int) -> str:
    return _read(PROC / str(process) / "cmdline").replace("\0", " ")


def _read(path: Path) -> str:
    """The text, or "" where the process has just ended."""
    try:
        return path.read_text()
    except OSError:
        return ""
