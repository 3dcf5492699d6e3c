# One image for every part; docker-compose.yml says which part a container is.
FROM python:3.10-slim-bookworm

ENV PYTHONUNBUFFERED=1 RASA_TELEMETRY_ENABLED=false SQLALCHEMY_SILENCE_UBER_WARNING=1 TF_CPP_MIN_LOG_LEVEL=3
WORKDIR /app

RUN pip install --no-cache-dir uv && useradd --create-home borgerkontakt
COPY requirements.lock pyproject.toml ./
RUN uv pip sync --system --require-hashes --compile-bytecode --no-cache requirements.lock
COPY bot bot
COPY actions actions
COPY data data
COPY tests/nlu/*.jsonl tests/nlu/
COPY config.yml domain.yml endpoints.yml credentials.yml ./
RUN uv pip install --system --no-cache --no-deps --no-build-isolation --editable . \
    && borgerkontakt train \
    && mkdir assistant \
    && chown -R borgerkontakt var models assistant
USER borgerkontakt
CMD ["python", "-m", "bot.web"]
