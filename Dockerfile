# The bot, without its playground: first what it needs, then the bot itself.

FROM python:3.11-slim AS needs

RUN python -m venv /venv
COPY requirements/run.txt /run.txt
# Wheels only: there is no compiler here, and what begins to want one should say so.
RUN /venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
    --require-hashes --only-binary :all: -r /run.txt


FROM python:3.11-slim

RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 teller \
    && useradd --uid 10001 --gid teller --no-create-home --shell /usr/sbin/nologin teller \
    && install --directory --owner teller --group teller /data

COPY --from=needs /venv /venv

# Python's output is the log: it must not wait in a buffer.
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DATABASE_URL=sqlite:////data/teller.db \
    PORT=8080

WORKDIR /app
USER teller
VOLUME /data
STOPSIGNAL SIGTERM
# Whether it can work, not only whether it lives: Docker tells, and restarts nothing because of it.
# 503 is an error to urlopen, and ends Python with 1.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import os, urllib.request as web; web.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/readyz', timeout=4)"]
CMD ["python", "-m", "bot", "run"]

# Last, because it changes most often.
COPY LICENSE ./
COPY storage storage
COPY handlers handlers
COPY bot bot
