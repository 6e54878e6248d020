"""A worker lives through a job of its own before the first one comes."""

import threading

from workers.rehearsal import rehearse


def test_a_rehearsal_may_be_held_again_and_leaves_no_thread_that_a_fork_would_lack():
    threads = threading.active_count()
    rehearse()
    rehearse()
    assert threading.active_count() == threads
