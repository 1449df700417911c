"""Where questions are brought: kept answers, quick work done at once, the rest in a pool.

The same question of several visitors is computed once, and given up when the last of them has left.
"""

from collections import deque
from collections.abc import Callable, Hashable, Iterable
from threading import Event, Lock, Timer
from time import monotonic
from typing import Any, NamedTuple

from gmmlab.compute.pool import Pool, Task
from gmmlab.compute.questions import Answers, Question
from gmmlab.compute.worker import WorkerDied

QUICK = 0.03  # seconds: what takes less is done where it is asked
_MISSING = object()
_IN_HAND = 1  # questions of one series that a pool has for each process: others are waiting too


class NoAnswer(Exception):
    """A question that could not be answered within its limits; the message is one sentence."""


class _Failed(NamedTuple):
    """What is kept in the place of an answer: why there is none."""

    problem: BaseException


class _Pending(NamedTuple):
    """A question that a pool works on, and the series of visitors' questions that it is in."""

    task: Task[Any]
    waiting: set["Series"]


class Desk:
    """Answers that are shared by all visitors, and the work that is under way for them.

    Answers in `passing`, about a stroke that is still being drawn say, have a small store of their
    own. Without a `pool` all work is done where it is asked.
    """

    def __init__(self, pool: Pool | None, answers: Answers, passing: Answers) -> None:
        self.pool = pool
        self.answers = answers
        self.passing = passing
        self._pending: dict[str, _Pending] = {}
        self._series: set[Series] = set()
        self._lock = Lock()

    def known(self, question: Question, missing: Any = None) -> Any:
        """The answer, if it was computed lately; raises why there is none, if that is known.

        NoAnswer, and a ValueError on what was asked, stay true until `retry`; any other exception
        is raised once.
        """
        found = self.answers.get(question.key, _MISSING)
        if found is _MISSING:
            found = self.passing.get(question.key, missing)
        if isinstance(found, _Failed):
            if not isinstance(found.problem, NoAnswer | ValueError):
                self.retry(question)
            raise found.problem
        return found

    def retry(self, question: Question) -> None:
        """Forget that it was asked in vain."""
        self.answers.forget(question.key)

    def is_quick(self, questions: Iterable[Question]) -> bool:
        """Whether these are to be answered at once, by the caller."""
        return self.pool is None or sum(question.seconds for question in questions) < QUICK

    def here(self, question: Question, *, in_passing: bool = False) -> Any:
        """Compute the answer in this thread, and keep it."""
        answer = question.answer()
        (self.passing if in_passing else self.answers).put(question.key, answer)
        return answer

    def begin(
        self, questions: Iterable[Question], visitor: Hashable, after: float = 0.0
    ) -> "Series":
        """Have a pool work on these for `visitor`, in order, and together with all who ask them.

        It begins `after` some seconds, unless the visitor has left by then.
        """
        series = Series(self, questions, visitor)
        with self._lock:
            self._series.add(series)
        if after:
            later = Timer(after, series.go_on)
            later.daemon = True
            later.start()
        else:
            series.go_on()
        return series

    def leave_all(self, is_here: Callable[[Hashable], bool]) -> None:
        """Every visitor who is not here any more leaves all questions."""
        with self._lock:
            gone = [series for series in self._series if not is_here(series.visitor)]
        for series in gone:
            series.leave()

    def join(self, question: Question, series: "Series") -> None:
        """Have a question worked on for a series, which is told when it is done."""
        assert self.pool is not None
        with self._lock:
            pending = self._pending.get(question.key)
            if pending is not None:
                pending.waiting.add(series)
                self.pool.turns.share(pending.task, series.owner)
                return
            task: Task[Any] = self.pool.submit(
                question.function, *question.arguments, owner=series.owner
            )
            self._pending[question.key] = _Pending(task, {series})
        task.future.add_done_callback(lambda _: self._ended(question, task))

    def part(self, question: Question, series: "Series") -> None:
        """A series waits for this no longer; the last one to leave ends the work."""
        with self._lock:
            pending = self._pending.get(question.key)
            if pending is None:
                return
            pending.waiting.discard(series)
            if pending.waiting:
                if self.pool is not None and all(
                    other.owner != series.owner for other in pending.waiting
                ):
                    self.pool.turns.drop(pending.task, series.owner)
                return
            del self._pending[question.key]
        pending.task.cancel()

    def seconds_worked(self, questions: Iterable[Question]) -> float:
        """How long the one of these is worked on that began first; 0 if all of them wait."""
        with self._lock:
            pending = [self._pending.get(question.key) for question in questions]
        began = [each.task.began for each in pending if each is not None]
        return max((monotonic() - at for at in began if at is not None), default=0.0)

    def n_before(self, series: "Series") -> int:
        """How many other visitors a series waits for."""
        return 0 if self.pool is None else self.pool.turns.n_before(series.owner)

    def forget(self, series: "Series") -> None:
        """A series has ended."""
        with self._lock:
            self._series.discard(series)

    def _ended(self, question: Question, task: Task[Any]) -> None:
        with self._lock:
            pending = self._pending.get(question.key)
            if pending is None or pending.task is not task:
                return  # cancelled: nobody waits, or only for the task of one who asked again
            del self._pending[question.key]
        self.answers.put(question.key, _answer_of(task))
        for series in pending.waiting:
            series.one_is_done(question)


def _answer_of(task: Task[Any]) -> Any:
    problem = task.future.exception()
    if problem is None:
        return task.future.result()
    if isinstance(problem, WorkerDied):
        problem = NoAnswer(str(problem))
    if isinstance(problem, MemoryError):
        problem = NoAnswer(
            "This needs more memory than one question may take. Ask for less: fewer points, "
            "components or pixels."
        )
    return _Failed(problem)


class Series:
    """Questions that one visitor waits for; their answers are kept by the desk as they come."""

    def __init__(self, desk: Desk, questions: Iterable[Question], visitor: Hashable) -> None:
        self.visitor = visitor
        self.owner: Hashable = visitor if visitor is not None else self  # whose turns it takes
        self.began = monotonic()
        self.n_done = 0
        self.work_done = 0.0  # of what was expected, in seconds
        self._desk = desk
        self._waiting = deque(questions)
        self._in_hand: dict[str, Question] = {}
        self._lock = Lock()
        self._ended = Event()

    @property
    def running(self) -> bool:
        """Whether answers are still to come."""
        return not self._ended.is_set()

    @property
    def elapsed(self) -> float:
        """Seconds since it was asked."""
        return monotonic() - self.began

    @property
    def seconds_left(self) -> float | None:
        """About how long it still takes, going by what was expected and how long it took so far."""
        with self._lock:
            in_hand = list(self._in_hand.values())
            left = sum(each.seconds for each in (*self._waiting, *in_hand))
        if self.work_done == 0:
            worked = self._desk.seconds_worked(in_hand)
            return left - worked if left > worked else None
        return left * self.elapsed / self.work_done

    @property
    def n_before(self) -> int:
        """How many other visitors are before this one; 0 once anything is worked on for it."""
        return self._desk.n_before(self)

    def wait(self, seconds: float) -> bool:
        """Wait so long at most for the last answer; whether it has come."""
        return self._ended.wait(seconds)

    def leave(self) -> None:
        """The visitor waits no longer: work that nobody else waits for ends at once."""
        with self._lock:
            self._waiting.clear()
            questions = list(self._in_hand.values())
            self._in_hand.clear()
        self._end()
        for question in questions:
            self._desk.part(question, self)

    def go_on(self) -> None:
        """Give the pool as many of the questions as it should have in hand."""
        assert self._desk.pool is not None
        while self.running:
            with self._lock:
                if not self._waiting and not self._in_hand:
                    break
                if not self._waiting or len(self._in_hand) >= _IN_HAND * self._desk.pool.size:
                    return
                question = self._waiting.popleft()
                self._in_hand[question.key] = question
            self._desk.join(question, self)
        self._end()

    def one_is_done(self, question: Question) -> None:
        """The desk has the answer to this one, or knows that there is none."""
        with self._lock:
            if self._in_hand.pop(question.key, None) is None:
                return
            self.n_done += 1
            self.work_done += question.seconds
        self.go_on()

    def _end(self) -> None:
        self._ended.set()
        self._desk.forget(self)
