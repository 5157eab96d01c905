"""A session whose connections break and whose processes die in any order, by Hypothesis."""

from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from analysis.credit import OVERLOADS
from tests.faults.client_end import ACCEPTED, TAKEN, ClientEnd
from tests.faults.scale import SHARE
from tests.faults.server_end import ServerEnd
from tests.faults.stores import ModelStore, Store
from tests.faults.wire import Pipe, Traits

# Every session has come to its end after so many rounds, in each of which everybody does one thing.
ROUNDS = 3_000
FEW = st.integers(0, 3)
STEPS = 60
TRAITS = st.builds(
    Traits,
    announced=st.integers(1, 40),
    fps=st.sampled_from((0.0, 0.0, 5.0)),
    window=st.integers(1, 16),
    capacity=st.integers(1, 16),
    overload=st.sampled_from(OVERLOADS),
    rejects=st.sampled_from((0, 0, 0, 7)),
    may_be_stopped=st.sampled_from((False, False, True)),
)


def run_machine(machine: "type[ProtocolMachine]", *, sessions: int) -> int:
    """Run so many sessions, in `make test` always the same ones; how many steps they took."""
    before = machine.steps
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=sessions,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=SHARE == 0,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return machine.steps - before


class ProtocolMachine(RuleBasedStateMachine):
    """One session over the model's store; a subclass may bring another."""

    # A rule is a method, and the session is made by the first of them.
    # pylint: disable=too-many-public-methods, attribute-defined-outside-init

    steps = 0

    @staticmethod
    def new_store(announced: int) -> Store:
        """The store of a session that was just opened, on connection 1."""
        return ModelStore(announced)

    @initialize(traits=TRAITS)
    def open(self, traits: Traits) -> None:
        """Open a session."""
        self.now = 0.0
        self.traits = traits
        self.asked_to_stop = False
        self.store = self.new_store(traits.announced)
        self.server = ServerEnd(self.store, traits)
        self.client = ClientEnd(0, traits)
        self.client.session = Pipe(number=1)
        # Every connection of which one end still has something to hear.
        self.sessions: list[Pipe] = [self.client.session]
        self.frames: list[Pipe] = []

    # --- everybody's work ---

    @rule(rounds=st.integers(1, 12), limit=st.integers(1, 20), which=FEW)
    def work(self, rounds: int, limit: int, which: int) -> None:
        """Let everybody do one thing after the other."""
        for _ in range(rounds):
            self._round(limit, which)

    @rule()
    def client_connects(self) -> None:
        """Connect whatever the client misses."""
        if self.client.over == TAKEN:
            # What a network held back of an older connection came after the newer one. The
            # client cannot know it from another client, and ends; a person resumes the session.
            self.client_is_killed(0)
        client = self.client
        if client.over:
            return
        if client.session is None or not client.session.client_stands:
            self.sessions.append(client.connect_session())
        if client.wants_frames:
            self.frames.append(client.connect_frames())

    @rule(which=FEW)
    def server_hears_a_session_socket(self, which: int) -> None:
        """Also what came on a socket that the client has given up."""
        waiting = [pipe for pipe in self.sessions if pipe.server_stands and pipe.up]
        if waiting:
            self.server.hear_session(waiting[which % len(waiting)])

    @rule(which=FEW)
    def server_hears_a_frames_socket(self, which: int) -> None:
        """Also what came on a socket that the client has given up."""
        waiting = [pipe for pipe in self.frames if pipe.server_stands and pipe.up]
        if waiting and not self.store.kept().is_final:
            self.server.hear_frames(waiting[which % len(waiting)])

    @rule()
    def server_watches(self) -> None:
        """Look what changed, for the stream and for the session socket."""
        self.server.watch(self.now)
        for pipe in self.sessions:
            # It may as well look at those that broke only after it has heard all that came there.
            if pipe.server_stands and pipe.number and (pipe.client_stands or not pipe.up):
                self.server.look(pipe)

    @rule()
    def server_streams(self) -> None:
        """Send a message of frames, or the end."""
        self.server.stream(self.now)

    @rule()
    def client_hears_its_session_socket(self) -> None:
        """Take one message."""
        pipe = self.client.session
        if not self.client.over and pipe is not None and pipe.client_stands and pipe.down:
            self.client.hear_session()

    @rule()
    def client_hears_its_frames_socket(self) -> None:
        """Take one message."""
        pipe = self.client.frames
        if not self.client.over and pipe is not None and pipe.client_stands and pipe.down:
            self.client.hear_frames()

    @rule(limit=st.integers(1, 20))
    def client_classifies_and_sends(self, limit: int) -> None:
        """Classify what is queued, send what is classified, and report once that is all."""
        if not self.client.over and self.client.knows_the_past:
            self.client.analyse(limit)
            self.client.flush(limit)
            self.client.submit()

    @rule(seconds=st.sampled_from((0.01, 0.3, 2.0)))
    def time_passes(self, seconds: float) -> None:
        """By a monotonic clock."""
        self.now += seconds

    # --- what people do ---

    @precondition(lambda self: self.traits.may_be_stopped)
    @rule()
    def client_stops(self) -> None:
        """By Ctrl-C."""
        if not self.client.over:
            self.asked_to_stop = True
            self.client.stop()

    @precondition(lambda self: self.traits.may_be_stopped)
    @rule()
    def somebody_stops(self) -> None:
        """In the browser."""
        self.asked_to_stop = True
        self.store.stop("rest", None)

    # --- what goes wrong ---

    @rule(keep_up=FEW, keep_down=FEW)
    def session_socket_breaks(self, keep_up: int, keep_down: int) -> None:
        """Some of what was under way still arrives; the server has not seen it yet."""
        if self.client.session is not None:
            self.client.session.lose(keep_up=keep_up, keep_down=keep_down)

    @rule(keep_up=FEW, keep_down=FEW)
    def frames_socket_breaks(self, keep_up: int, keep_down: int) -> None:
        """Some of what was under way still arrives; the server has not seen it yet."""
        if self.client.frames is not None:
            self.client.frames.lose(keep_up=keep_up, keep_down=keep_down)

    @precondition(lambda self: any(not pipe.client_stands for pipe in self.sessions))
    @rule()
    def server_sees_broken_session_sockets(self) -> None:
        """Maybe long after the client has another."""
        for pipe in self.sessions:
            if pipe.server_stands and not pipe.client_stands and not pipe.up:
                self.server.notice_session(pipe)

    @precondition(lambda self: any(not pipe.client_stands for pipe in self.frames))
    @rule()
    def server_sees_broken_frames_sockets(self) -> None:
        """Maybe long after the client has another."""
        for pipe in self.frames:
            if pipe.server_stands and not pipe.client_stands and not pipe.up:
                self.server.notice_frames(pipe)

    @rule(keep=FEW)
    def server_is_killed(self, keep: int) -> None:
        """What it sent may still arrive; what came to it is lost."""
        note("server is killed")
        self.server.die()
        for pipe in (*self.sessions, *self.frames):
            pipe.server_stands = False
            pipe.lose(keep_up=0, keep_down=keep)
        self.sessions, self.frames = [], []

    @rule(keep=FEW)
    def client_is_killed(self, keep: int) -> None:
        """What it sent may still arrive; the next one begins with what is stored."""
        note("client is killed")
        for pipe in (self.client.session, self.client.frames):
            if pipe is not None:
                pipe.lose(keep_up=keep, keep_down=0)
        if self.client.over in ("", TAKEN):
            self.client = ClientEnd(self.client.life + 1, self.traits)

    # --- what always holds ---

    @invariant()
    def never_more_in_flight_than_the_window(self) -> None:
        """Over the connection that both ends have."""
        type(self).steps += 1
        flow, pipe = self.server.flow, self.server.frames
        if flow is not None and pipe is self.client.frames and self.client.attached:
            assert flow.following - self.client.position <= flow.window

    @invariant()
    def each_frame_is_analysed_at_most_once(self) -> None:
        """By one client, and stored at most once of all of them."""
        log = self.client.predictions.log
        assert len(set(log)) == len(log)
        stored = self.store.predictions()
        assert len(set(stored)) == len(stored) == self.store.kept().stored

    @invariant()
    def stored_is_sent_and_sent_is_announced(self) -> None:
        """The counts of the server are never beyond each other."""
        kept = self.store.kept()
        assert max((-1, *self.store.predictions())) < kept.sent <= kept.announced or not kept.sent

    def teardown(self) -> None:
        """Let everybody work until the session is over, then look what came of it."""
        if not hasattr(self, "store"):
            return
        rounds = 0
        while self.client.over in ("", TAKEN):
            rounds += 1
            assert rounds < ROUNDS, f"no end: {self.store.kept()}, {vars(self.client)}"
            self._round(5)
        kept = self.store.kept()
        assert kept.is_final
        lossless = self.traits.overload == "wait" and not self.traits.rejects
        if self.client.over == ACCEPTED and lossless:
            assert self.store.predictions() == list(range(kept.sent))
        if not self.asked_to_stop:
            assert kept.state == "completed"
            assert kept.sent == self.traits.announced

    def _round(self, limit: int, which: int = 0) -> None:
        self.client_connects()
        self.server_hears_a_session_socket(which)
        self.server_hears_a_frames_socket(which)
        self.server_watches()
        self.server_streams()
        self.client_hears_its_session_socket()
        self.client_hears_its_frames_socket()
        self.client_classifies_and_sends(limit)
        self.server_sees_broken_session_sockets()
        self.server_sees_broken_frames_sockets()
        self.time_passes(0.3)
