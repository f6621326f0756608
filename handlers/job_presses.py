"""The buttons of jobs, as values."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Describe:
    """Describe the photos of a job, or those that are left: now, or cheaper and later."""

    job_id: int
    is_later: bool


@dataclass(frozen=True, slots=True)
class Halt:
    """Stop a job where it is."""

    job_id: int
