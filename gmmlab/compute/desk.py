"""Where questions are brought: kept answers, quick work done at once, the rest in a pool.

The same question of several visitors is computed once, and given up when the last of them has left.
"""

from collections.abc import Callable, Hashable, Iterable
from threading import Lock
from time import monotonic
from typing import Any

from gmmlab.compute.pool import Pool, Task, WorkerDied
from gmmlab.compute.questions import Answers, Question

QUICK = 0.03  # seconds: what takes less is done where it is asked
_MISSING = object()


class NoAnswer(Exception):
    """A question that could not be answered within its limits; the message is one sentence."""


class Pending:
    """A question that a pool works on, and the visitors who wait for it."""

    def __init__(self, question: Question, task: Task[Any]) -> None:
        self.question = question
        self.began = monotonic()
        self.waiting: set[Hashable] = set()
        self._task = task

    @property
    def elapsed(self) -> float:
        """Seconds since it was asked."""
        return monotonic() - self.began

    @property
    def done(self) -> bool:
        """Whether there is an answer, or never will be."""
        return self._task.future.done()

    def wait(self, seconds: float) -> bool:
        """Wait so long at most for the end; whether it has come."""
        try:
            self._task.future.exception(timeout=seconds)
        except TimeoutError:
            return False
        except BaseException:  # it was cancelled: that is an end, too
            return True
        return True

    def answer(self) -> Any:
        """The answer of work that is done; NoAnswer if its worker died, or what it raised."""
        try:
            return self._task.future.result(timeout=0)
        except WorkerDied as problem:
            raise NoAnswer(str(problem)) from None
        except MemoryError:
            raise NoAnswer(
                "This needs more memory than one question may take. Ask for less: fewer points, "
                "components or pixels."
            ) from None

    def cancel(self) -> None:
        """End the work."""
        self._task.cancel()


class Desk:
    """Answers that are shared by all visitors, and the work that is under way for them.

    `passing` answers, those about a stroke that is still being drawn, have a small store of their
    own. Without a `pool` all work is done where it is asked.
    """

    def __init__(self, pool: Pool | None, answers: Answers, passing: Answers) -> None:
        self.pool = pool
        self.answers = answers
        self._passing = passing
        self._pending: dict[str, Pending] = {}
        self._lock = Lock()

    def known(self, question: Question, missing: Any = None) -> Any:
        """The answer, if it was computed lately; NoAnswer if lately that was in vain."""
        found = self.answers.get(question.key, _MISSING)
        if found is _MISSING:
            found = self._passing.get(question.key, _MISSING)
        if found is _MISSING:
            pending = self._pending.get(question.key)
            if pending is None or not pending.done:
                return missing
            found = self._ended(question)
        if isinstance(found, NoAnswer):
            raise NoAnswer(str(found))
        return missing if found is _MISSING else found

    def is_quick(self, question: Question) -> bool:
        """Whether it is to be answered at once, by the caller."""
        return self.pool is None or question.seconds < QUICK

    def here(self, question: Question, *, in_passing: bool = False) -> Any:
        """Compute the answer in this thread, and keep it."""
        answer = question.answer()
        (self._passing if in_passing else self.answers).put(question.key, answer)
        return answer

    def begin(self, question: Question, visitor: Hashable) -> Pending:
        """Have it worked on for `visitor`, together with all who asked the same."""
        assert self.pool is not None
        with self._lock:
            pending = self._pending.get(question.key)
            if pending is None:
                task: Task[Any] = self.pool.submit(question.function, *question.arguments)
                pending = self._pending[question.key] = Pending(question, task)
                task.future.add_done_callback(lambda _: self._ended(question))
            pending.waiting.add(visitor)
            return pending

    def leave(self, question: Question, visitor: Hashable) -> None:
        """`visitor` waits no longer; the last one to leave ends the work."""
        with self._lock:
            pending = self._pending.get(question.key)
            if pending is None:
                return
            pending.waiting.discard(visitor)
            if pending.waiting:
                return
            del self._pending[question.key]
        pending.cancel()

    def retry(self, question: Question) -> None:
        """Forget that it was asked in vain."""
        self.answers.forget(question.key)

    def leave_all(self, is_here: Callable[[Hashable], bool]) -> None:
        """Every visitor who is not here any more leaves all questions."""
        for pending in list(self._pending.values()):
            gone: Iterable[Hashable] = [each for each in pending.waiting if not is_here(each)]
            for visitor in gone:
                self.leave(pending.question, visitor)

    def _ended(self, question: Question) -> Any:
        """Keep the answer of work that is done; an exception it raised stays with who looks."""
        with self._lock:
            pending = self._pending.get(question.key)
            if pending is None:
                return self.answers.get(question.key, _MISSING)
            if not pending.done:
                return _MISSING
        try:
            found = pending.answer()
        except NoAnswer as problem:
            found = problem
        except Exception:
            return _MISSING
        self.answers.put(question.key, found)
        with self._lock:
            if self._pending.get(question.key) is pending:
                del self._pending[question.key]
        return found
