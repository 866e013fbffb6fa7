"""Doing the same thing many times at once, each in a thread with a database connection of its own."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection


def at_once(work: Callable[[int], Any], times: int) -> list[Any]:
    """What each call gave, or the exception it raised."""
    start, results = threading.Barrier(times), [None] * times

    def one(place: int) -> None:
        try:
            start.wait()
            results[place] = work(place)
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(place,)) for place in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
