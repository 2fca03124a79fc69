"""Whatever ends the launcher, and however, no process of the platform outlives it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from local.environment import LOOPBACK, ROOT
from local.lock import AlreadyRunning, held, holder, wait_until_free
from local.ports import Ports, choose
from local.processes import Children, ProcessEnded
from tests.local.arrangements import eventually

STUBBORN = """
    import os, signal, subprocess, sys, time
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    program = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)"
    own = subprocess.Popen([sys.executable, "-c", program])
    open(sys.argv[1] + ".part", "w").write(f"{os.getpid()} {own.pid}")
    os.rename(sys.argv[1] + ".part", sys.argv[1])
    time.sleep(600)
"""


def alive(process: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return not Path("/proc/self").exists()


def processes_in(path: Path) -> list[int]:
    return [int(word) for word in path.read_text().split()] if path.exists() else []


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of modules that children can run."""
    (tmp_path / "stubborn.py").write_text(textwrap.dedent(STUBBORN))
    (tmp_path / "brief.py").write_text("import sys; print('last words'); sys.exit(3)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path


def test_stopping_ends_even_what_ignores_it_and_what_that_has_started(modules: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("local.processes.GRACE_S", 0.2)
    children = Children(modules / "logs")
    children.start("stubborn", "stubborn", [str(modules / "pids")], os.environ)
    started = eventually(lambda: processes_in(modules / "pids"))
    assert all(alive(process) for process in started)
    children.stop()
    assert eventually(lambda: not any(alive(process) for process in started))
    with pytest.raises(ProcessEnded, match="being stopped"):
        children.start("late", "stubborn", [str(modules / "late")], os.environ)


def test_a_process_that_ends_by_itself_is_told_with_its_last_words(modules: Path):
    children = Children(modules / "logs")
    children.start("brief", "brief", [], os.environ)

    def told() -> str:
        try:
            children.check()
        except ProcessEnded as error:
            return str(error)
        return ""

    message = eventually(told)
    assert "brief ended with 3" in message
    assert "last words" in message
    children.stop()


def test_work_that_fails_is_told_and_work_that_ends_well_is_not(modules: Path):
    children = Children(modules / "logs")
    with pytest.raises(ProcessEnded, match="brief ended with 3"):
        children.run("brief", "brief", [], os.environ)
    (modules / "good.py").write_text("")
    children.run("good", "good", [], os.environ)
    children.check()
    children.stop()


def test_a_killed_launcher_leaves_nothing_behind(modules: Path):
    (modules / "polite.py").write_text(
        "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(600)"
    )
    program = f"""
        import os, sys, time
        from pathlib import Path
        from local.processes import Children
        Children(Path({str(modules / "logs")!r})).start("polite", "polite", [{str(modules / "pids")!r}], os.environ)
        time.sleep(600)
    """
    environment = {**os.environ, "PYTHONPATH": f"{modules}{os.pathsep}{ROOT}"}
    launcher = subprocess.Popen([sys.executable, "-c", textwrap.dedent(program)], cwd=ROOT, env=environment)
    started = eventually(lambda: processes_in(modules / "pids"))
    launcher.send_signal(signal.SIGKILL)
    launcher.wait()
    assert eventually(lambda: not any(alive(process) for process in started))


def test_two_instances_do_not_share_ports(tmp_path: Path):
    one, two = choose(tmp_path / "one.json"), choose(tmp_path / "two.json")
    assert len({*one, *two}) == 2 * len(Ports._fields)


def test_a_restart_keeps_its_ports_while_they_are_free(tmp_path: Path):
    remembered = tmp_path / "ports.json"
    first = choose(remembered)
    assert choose(remembered) == first
    import socket

    with socket.socket() as taken:
        taken.bind((LOOPBACK, first.edge))
        taken.listen()
        second = choose(remembered)
        assert first.edge not in second
    assert choose(remembered) == second


def test_a_memory_that_is_older_than_a_process_keeps_the_ports_that_it_has(tmp_path: Path):
    """Else a data folder would change its address, which is part of what it holds, with an update."""
    remembered = tmp_path / "ports.json"
    first = choose(remembered)
    remembered.write_text(json.dumps({name: port for name, port in first._asdict().items() if name != "stripe"}))
    second = choose(remembered)
    assert second[:3] == first[:3]
    assert len(set(second)) == len(Ports._fields)
    assert choose(remembered) == second


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"emulator": 1}', '{"emulator": "x", "mediaconvert": 1, "edge": 2}'])
def test_a_broken_memory_of_ports_is_replaced(tmp_path: Path, text: str):
    (tmp_path / "ports.json").write_text(text)
    assert len(set(choose(tmp_path / "ports.json"))) == len(Ports._fields)


def test_a_checkout_runs_one_platform_at_a_time(tmp_path: Path):
    lock = tmp_path / "lock"
    assert holder(lock) is None
    with held(lock):
        program = f"from pathlib import Path; from local.lock import held\nwith held(Path({str(lock)!r})): pass"
        rival = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
        assert AlreadyRunning.__name__ in rival.stderr
        assert str(os.getpid()) in rival.stderr
    assert holder(lock) is None


def test_a_killed_holder_lets_go_of_the_lock(tmp_path: Path):
    lock = tmp_path / "lock"
    program = "import sys, time; from pathlib import Path; from local.lock import held\nwith held(Path(sys.argv[1])): "
    rival = subprocess.Popen([sys.executable, "-c", f"{program}time.sleep(600)", str(lock)], cwd=ROOT)
    assert eventually(lambda: holder(lock)) == rival.pid
    assert not wait_until_free(lock, 0)
    rival.kill()
    rival.wait()
    assert wait_until_free(lock, 5)
    with held(lock):
        pass


def test_down_with_nothing_running_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    from local import __main__ as command

    monkeypatch.setattr(command, "LOCK", tmp_path / "lock")
    assert command.main(["down"]) == 0
    assert "Nothing is running" in capsys.readouterr().out
