"""Calls in processes of their own: what their threads share."""

from needs.run.workers import Processes


class Guarded(set):
    """A set that notes whether it was used without its lock."""

    def __init__(self, lock):
        self.lock, self.used = lock, []

    def discard(self, item):
        self.used.append(("discard", self.lock.locked()))
        super().discard(item)

    def __iter__(self):
        self.used.append(("iter", self.lock.locked()))
        return super().__iter__()


def test_running_processes_are_looked_up_under_the_lock():
    processes = Processes(1)
    running = processes._running = Guarded(processes._guard)
    assert processes.submit(pow, 2, 3).result(60) == 8
    processes.shutdown(cancel_futures=True)
    assert running.used == [("discard", True), ("iter", True)]
