"""The client against a real platform: killed, restarted, away, and nothing lost or twice."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.supervisor.child import ROOT
from harness.eventually import eventually
from harness.ports import free_port

POINTS = 10_000
MANY = f"""
import roundhouse.run, sys, time
roundhouse.run.FINISH_SECONDS = 600.0  # a busy machine may need more than a minute
run = roundhouse.init(name="many", params={{"lr": 0.1}}, tags={{"site": "north"}})
for step in range({POINTS}):
    run.log({{"train_loss": 1 / (step + 1)}})
    if step % 100 == 0:
        run.info(f"step {{step}}")
    if step == {POINTS} // 2:
        HALF
"""
ALL = MANY.replace("HALF", "pass") + "run.finish()\n"
WAITS = MANY.replace("HALF", 'print("half", flush=True); sys.stdin.readline()')
IMPATIENT = """
import roundhouse.begin, roundhouse.run
roundhouse.begin.BEAT_SECONDS = 1.0  # half of it between two signs of life
roundhouse.run.FINISH_SECONDS_AWAY = 0.5
"""
SLOW_TO_RETRY = """
import roundhouse.run, roundhouse.sender
roundhouse.sender.FIRST_PAUSE = roundhouse.sender.MAX_PAUSE = 600.0
roundhouse.run.FINISH_SECONDS_AWAY = 600.0
"""
HANGS = MANY.replace("HALF", "pass") + 'print("all", flush=True)\ntime.sleep(600)\n'


def check_all_there(logged, run) -> None:
    curve = logged.curve(run["id"], "train_loss")
    assert curve["steps"] == list(range(POINTS))
    assert curve["values"][::1000] == pytest.approx([1 / (s + 1) for s in range(0, POINTS, 1000)])
    lines = logged.get(f"/api/runs/{run['id']}/logs?limit=2000")["items"]
    output = [line["message"] for line in lines if line["message"].startswith("step")]
    assert output == [f"step {step}" for step in range(0, POINTS, 100)]


def finish(program) -> str:
    out, err = program.communicate()
    assert program.returncode == 0, err
    return out + err


def test_everything_arrives_and_the_spool_is_tidied_away(logged):
    finish(logged.program(ALL))
    run = logged.only_run()
    assert (run["status"], run["origin"], run["params"]) == ("completed", "logged", {"lr": "0.1"})
    assert run["tags"] == {"site": "north"}
    check_all_there(logged, run)
    assert list(logged.folder.iterdir()) == []


def test_a_program_that_ends_without_a_word_has_finished(logged):
    finish(logged.program("import roundhouse\nroundhouse.init().log({'a': 1})"))
    assert logged.only_run()["status"] == "completed"


def test_a_program_that_breaks_has_failed(logged):
    program = logged.program("import roundhouse\nroundhouse.init()\nraise OSError('disk gone')")
    program.communicate()
    run = logged.only_run()
    assert (run["status"], run["job"]["error"]) == ("failed", "OSError: disk gone")


def test_a_killed_program_loses_nothing_that_was_spooled(logged):
    program = logged.program(HANGS)
    assert program.stdout.readline() == "all\n"
    program.send_signal(signal.SIGKILL)
    program.communicate()
    first = logged.sync()
    assert first.returncode == 0, first.stderr
    run = logged.only_run()
    assert (run["status"], run["end_time"] is None) == ("failed", False)
    assert "killed" in run["job"]["error"]
    check_all_there(logged, run)
    assert logged.sync().returncode == 0
    check_all_there(logged, logged.only_run())


@pytest.mark.full
def test_a_platform_that_restarts_in_the_middle_gets_everything_once(logged):
    program = logged.program(WAITS)
    assert program.stdout.readline() == "half\n"
    eventually(lambda: logged.get("/api/runs/list")["total"])
    logged.site.web.kill()
    logged.site.web.start()
    program.stdin.write("\n")
    program.stdin.flush()
    finish(program)
    check_all_there(logged, logged.only_run())


@pytest.mark.full
def test_a_platform_that_comes_back_while_a_program_ends_gets_everything(logged):
    program = logged.program(SLOW_TO_RETRY + WAITS)
    assert program.stdout.readline() == "half\n"
    logged.site.web.kill()
    program.stdin.write("\n")
    program.stdin.flush()
    while "cannot be reached" not in program.stderr.readline():
        continue
    logged.site.web.start()
    finish(program)
    check_all_there(logged, logged.only_run())


def test_a_platform_that_is_away_costs_no_time_and_the_run_is_sent_later(logged):
    nobody = f"http://127.0.0.1:{free_port()}"
    output = finish(logged.program(IMPATIENT + ALL, ROUNDHOUSE_URL=nobody))
    assert "python -m roundhouse sync" in output
    sent = logged.sync("--clean")
    assert re.search(r"sent as run \d+", sent.stdout), sent.stderr
    check_all_there(logged, logged.only_run())
    assert list(logged.folder.iterdir()) == []


def test_a_run_that_is_still_written_is_not_sent_by_somebody_else(logged):
    program = logged.program(HANGS)
    program.stdout.readline()
    refused = logged.sync()
    program.kill()
    program.communicate()
    assert refused.returncode == 1
    assert "still runs" in refused.stderr


def test_a_stop_in_the_browser_reaches_the_training(logged):
    code = """
import roundhouse, time
with roundhouse.init(name="stops") as run:
    while True:
        run.log({"a": 1})
        time.sleep(0.05)
print("after", flush=True)
"""
    program = logged.program(IMPATIENT + code)
    eventually(lambda: logged.get("/api/runs/list")["total"])
    logged.http.post(f"/api/runs/{logged.only_run()['id']}/stop", json={}).raise_for_status()
    assert "after" in finish(program)
    assert logged.only_run()["status"] == "cancelled"


def test_a_federation_logs_rounds_sites_and_files(logged):
    code = """
import pathlib, roundhouse
pathlib.Path("model.bin").write_bytes(b"weights")
with roundhouse.init(name="fed", training_mode="federated", params={"num_rounds": 2}) as run:
    for number in range(3):
        run.log_evaluation(number, {"loss": 0.5, "accuracy": 0.8, "confusion_matrix":
            {"tp": 3, "tn": 4, "fp": 2, "fn": 1}})
        run.log_client_round("north", number, {"train_loss": 0.4}, num_samples=20, seconds=1.5)
    run.log_artifact("model.bin", kind="model")
"""
    output = finish(logged.program(code))
    run = logged.only_run()
    assert (run["status"], run["num_clients"], run["total_steps"]) == ("completed", 1, 2), output
    rounds = logged.get(f"/api/runs/{run['id']}/server-evaluation")["evaluations"]
    assert [row["confusion_matrix"]["true_positives"] for row in rounds] == [3, 3, 3]
    (file,) = logged.get(f"/api/runs/{run['id']}/artifacts")["items"]
    assert (file["name"], file["kind"], file["size_bytes"]) == ("model.bin", "model", 7)


def test_a_token_that_is_refused_breaks_nothing(logged):
    output = finish(logged.program(ALL, ROUNDHOUSE_TOKEN="rh_wrong"))
    assert "401" in output
    assert logged.get("/api/runs/list")["total"] == 0
    assert logged.sync().returncode == 0
    check_all_there(logged, logged.only_run())


def readme_example() -> str:
    text = Path(ROOT, "README.md").read_text(encoding="utf-8")
    section = text.split("## Log from a script of your own", 1)[1]
    return re.search(r"```python\n(.*?)```", section, re.DOTALL).group(1)


def test_the_example_of_the_readme_runs_as_it_stands(logged):
    finish(logged.program(readme_example()))
    run = logged.only_run()
    assert run["status"] == "completed"
    assert len(logged.curve(run["id"], "train_loss")["steps"]) == 100


SPAWNS = """
import multiprocessing, os, sys
import roundhouse

run = roundhouse.init(name="parent")

def work(number):
    for step in range(20):
        roundhouse.log({"child_loss": 1.0}, step=step)

if __name__ == "__main__":
    run.log({"train_loss": 0.5}, step=0)
    context = multiprocessing.get_context(sys.argv[1])
    children = [context.Process(target=work, args=(n,), name=f"loader-{n}") for n in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    run.finish()
"""


def script(logged, method: str, **more: str) -> str:
    """Run the script that starts two processes by ``method``; return its standard error."""
    path = logged.folder.with_suffix(".py")
    path.write_text(SPAWNS)
    program = subprocess.run(
        [sys.executable, str(path), method],
        env={**os.environ, "PYTHONPATH": str(ROOT)} | logged.environment | more,
        capture_output=True, text=True, check=True, cwd=logged.folder,
    )  # fmt: skip
    return program.stderr


def test_where_the_run_is_is_printed_once_and_not_at_all_when_silence_is_set(logged):
    code = "import roundhouse\nrun = roundhouse.init()\nrun.log({'a': 1})\nrun.finish()"
    said = finish(logged.program(code))
    run = logged.only_run()
    assert said == f"roundhouse: run {run['id']} is at {logged.site.url}/runs/{run['id']}\n"
    assert finish(logged.program(code, ROUNDHOUSE_QUIET="1")) == ""


def test_a_spawned_process_begins_no_run_and_is_named_once(logged):
    lines = script(logged, "spawn").splitlines()
    run = logged.only_run()
    assert logged.curve(run["id"], "train_loss")["steps"] == [0]
    assert sum("is at" in line for line in lines) == 1
    for name in ("loader-0", "loader-1"):
        assert sum(f"{name} (process" in line for line in lines) == 1


def test_a_forked_process_logs_into_the_run_and_says_nothing(logged):
    lines = script(logged, "fork").splitlines()
    run = logged.only_run()
    assert lines == [f"roundhouse: run {run['id']} is at {logged.site.url}/runs/{run['id']}"]
    assert logged.curve(run["id"], "child_loss")["steps"] == list(range(20))
