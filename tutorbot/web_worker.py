"""gunicorn's threaded worker, which at its end leaves nobody waiting at a door that opens no more."""

from gunicorn.workers.gthread import ThreadWorker


class DrainingWorker(ThreadWorker):
    """Closes its listening sockets as soon as it is told to stop, not when its last turn has ended.

    Else the kernel goes on taking connections for it, and cuts them off at the end: a proxy would have sent
    a message by then, and could not send it elsewhere. Who has been let in already is served.
    """

    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled)
        if self.alive or enabled:
            return
        for listener in self.sockets:
            count = -1
            while count != self.nr_conns:  # those that wait to be let in
                count = self.nr_conns
                self.accept(listener)
            listener.close()
