# Tripline in one container, one process: nmap shares the agent's user (`privilege: single` in health events).
# How to run it, and what each capability is for: docs/operations/container.md.
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN npm run build && npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM ${NODE_IMAGE}
# nmap comes from the distribution: its data files and libraries must fit each other, and its fixes come with apt.
RUN apt-get update \
  && apt-get install -y --no-install-recommends nmap iproute2 util-linux \
  && rm -rf /var/lib/apt/lists/*
# No home: nmap would read scripts and data files from it, whatever HOME says.
RUN groupadd --gid 10001 tripline \
  && useradd --uid 10001 --gid 10001 --home-dir /nonexistent --no-create-home --shell /usr/sbin/nologin tripline \
  && install -d -o 10001 -g 10001 -m 0700 /var/lib/tripline \
  && install -d -m 0755 /etc/tripline

WORKDIR /opt/tripline
COPY LICENSE README.md CHANGELOG.md SECURITY.md package.json ./
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/dist dist
COPY bin bin
COPY config config
COPY docs docs
COPY bench/results bench/results
COPY rules rules
COPY nse-scripts nse-scripts
COPY --chmod=0755 config/docker/tripline /usr/local/bin/tripline

ENV NODE_ENV=production STATE_DIRECTORY=/var/lib/tripline
# Not the state directory: root without DAC_OVERRIDE could not enter it, and it holds no configuration.
WORKDIR /
VOLUME /var/lib/tripline
ENTRYPOINT ["tripline"]
CMD ["run"]
# A health check knows only 0 and 1. An unreachable output is no reason to restart the agent, so it does not count here.
HEALTHCHECK --interval=30s --timeout=10s --start-period=20s CMD tripline status --quiet || exit 1
