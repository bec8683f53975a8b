# What is needed to build stays in the first stage; the image holds Python, the locked dependencies and Paperround.
FROM python:3.13-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /build
COPY requirements.lock requirements-run.lock ./
RUN python -m venv /build/tools \
 && /build/tools/bin/pip install --require-hashes -r requirements.lock \
 && python -m venv /opt/paperround \
 && /opt/paperround/bin/pip install --require-hashes -r requirements-run.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot/ bot/
COPY digests/ digests/
COPY db/ db/
COPY domain/ domain/
COPY sources/ sources/
RUN /build/tools/bin/hatchling build -t wheel -d /build/dist \
 && /opt/paperround/bin/pip install --no-deps --no-index /build/dist/paperround-*.whl

FROM python:3.13-slim
RUN useradd --system --uid 10001 --user-group --home-dir /data paperround \
 && install -d -o paperround -g paperround -m 750 /data
COPY --from=build /opt/paperround /opt/paperround
ENV PATH=/opt/paperround/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PAPERROUND_DATABASE_URL=sqlite:////data/paperround.db
USER 10001
WORKDIR /data
VOLUME ["/data"]
HEALTHCHECK --interval=60s --timeout=10s --start-period=20s CMD ["paperround", "ready"]
ENTRYPOINT ["paperround"]
CMD ["run"]
