"""What statistics keep: counts of days."""

from apps.core.personal_data import exempt

exempt({"stats.DayStats": "counts, and shortened hashes of who wrote, of a closed day: no names, no texts"})
