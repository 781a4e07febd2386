# The image of one service: `docker build -f deploy/service.Dockerfile --build-arg SERVICE=cockpit -t fincc-cockpit .`
# `make images` builds them all. BASE is any image with Python 3.11 or newer and its venv module.
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS build
WORKDIR /src
COPY requirements-image.lock ./
# Whoever installs from a mirror hands in a pip configuration: --secret id=pip,src=pip.conf
RUN --mount=type=secret,id=pip,target=/etc/pip.conf \
    python3 -m venv /tools && \
    /tools/bin/pip install --no-cache-dir --disable-pip-version-check -q --require-hashes -r requirements-image.lock
ARG SERVICE
COPY scripts/install-service.sh scripts/
COPY libs libs
COPY services/${SERVICE} services/${SERVICE}
RUN --mount=type=secret,id=pip,target=/etc/pip.conf \
    TOOLS=/tools/bin scripts/install-service.sh "${SERVICE}" /opt/fincc && \
    /tools/bin/cyclonedx-py environment --output-reproducible --of JSON -o /opt/fincc/sbom.cdx.json /opt/fincc/bin/python
# The app belongs to the gateway alone, and `make frontend` builds it.
COPY frontend /frontend
RUN mkdir -p /app && \
    if [ "${SERVICE}" = gateway ]; then \
        [ -f /frontend/dist/index.html ] || { echo "the gateway's image carries the app: run make frontend first" >&2; exit 1; }; \
        cp -r /frontend/dist/. /app; \
    fi

FROM ${BASE} AS runtime
# Nothing in here can install or build.
RUN rm -rf /usr/local/lib/python3*/site-packages/* /usr/local/lib/python3*/ensurepip /usr/local/bin/pip* \
        /usr/lib/python3/dist-packages/pip* /usr/lib/python3/dist-packages/setuptools* /usr/lib/python3*/ensurepip \
        /usr/share/python-wheels && \
    echo 'fincc:x:10001:10001::/tmp:/usr/sbin/nologin' >>/etc/passwd && \
    echo 'fincc:x:10001:' >>/etc/group
COPY --from=build /opt/fincc /opt/fincc
COPY --from=build /app /opt/fincc/app
ARG SERVICE
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="fincc-${SERVICE}" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="Apache-2.0" \
      io.fincc.sbom="/opt/fincc/sbom.cdx.json"
ENV PATH=/opt/fincc/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    FINCC_GATEWAY_APP_DIR=/opt/fincc/app
USER 10001:10001
ENTRYPOINT ["fincc"]
CMD ["targets"]

# For skaffold: the sources lie beside the installed packages and win over them, and a change starts the service again.
FROM runtime AS hot
ARG SERVICE
COPY --chown=10001:10001 libs/common/src /src/libs/common/src
COPY --chown=10001:10001 services/${SERVICE}/src /src/services/${SERVICE}/src
COPY deploy/hot.sh /src/hot.sh
ENV PYTHONPATH=/src/libs/common/src:/src/services/${SERVICE}/src
ENTRYPOINT ["/src/hot.sh"]

FROM runtime AS service
