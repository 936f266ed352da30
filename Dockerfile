# Doorlens SDK. Plain syntax: `docker build` and `buildah bud` both take it. See docs/sdk.md.
ARG DEBIAN_IMAGE=debian:trixie-slim
ARG BASE=base

# Everything that comes from Debian; changes only when a version below changes.
FROM ${DEBIAN_IMAGE} AS toolchain
ENV DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 PATH=/usr/lib/ccache:/usr/sbin:/usr/bin:/sbin:/bin CCACHE_DIR=/ccache
ARG MICROPYTHON_VERSION=1.25.0+ds-1
WORKDIR /usr/src
RUN sed -i 's/^Types: deb$/Types: deb deb-src/' /etc/apt/sources.list.d/debian.sources \
 && dpkg --add-architecture armhf \
 && apt-get update -q \
 && apt-get install -y -q --no-install-recommends \
      ccache dpkg-dev file gcc gcc-arm-linux-gnueabihf libc6-dev libc6-dev-armhf-cross make python3 qemu-user \
      libjpeg62-turbo-dev libjpeg62-turbo-dev:armhf libmbedtls-dev libmbedtls-dev:armhf \
 && apt-get source -q -o APT::Sandbox::User=root micropython=${MICROPYTHON_VERSION} \
 && mv micropython-*/ micropython \
 && test "$(dpkg-parsechangelog -l micropython/debian/changelog -S Version)" = "${MICROPYTHON_VERSION}" \
 && make -j2 -C micropython/mpy-cross \
 && find /usr/bin -name 'qemu-*' ! -name qemu-arm -delete \
 && apt-get clean && rm -rf /var/lib/apt/lists/*

FROM toolchain AS toolchain-valgrind
RUN apt-get update -q && apt-get install -y -q --no-install-recommends valgrind libc6-dbg \
 && apt-get clean && rm -rf /var/lib/apt/lists/*

FROM toolchain AS toolchain-fuzz
RUN apt-get update -q && apt-get install -y -q --no-install-recommends clang libclang-rt-19-dev llvm \
 && apt-get clean && rm -rf /var/lib/apt/lists/*

# The compilers and the sources of others, and how to build; nothing of ours compiled.
FROM toolchain AS base
COPY sdk /doorlens/sdk
WORKDIR /cmodules
CMD ["bash"]

# The same for memcheck: `make` builds a dynamically linked interpreter with debug symbols.
FROM toolchain-valgrind AS base-valgrind
# libjpeg-turbo without its SSE2: memcheck calls columns that it computes beyond a picture's width and then drops
# uninitialised.
ENV DOORLENS_FLAVOUR=debug VALGRIND_OPTS=--suppressions=/doorlens/sdk/valgrind/micropython.supp JSIMD_FORCENONE=1
COPY sdk /doorlens/sdk
WORKDIR /cmodules
CMD ["bash"]

# Fuzzing: clang with its sanitizers; `make -C /doorlens/sdk/fuzz` builds the harnesses from the mounted sources.
FROM toolchain-fuzz AS fuzz
WORKDIR /doorlens/sdk/fuzz
CMD ["bash"]

FROM ${BASE} AS sdk
ARG EXTRA_C_MODULES=""
ENV EXTRA_C_MODULES=${EXTRA_C_MODULES}
COPY cmodules /cmodules
RUN make -C /cmodules firmware
COPY contract /doorlens/contract
COPY camera_firmware /doorlens/camera_firmware
RUN make -C /cmodules firmware install

FROM scratch AS firmware
COPY --from=sdk /doorlens/out/ /

# The host's side, where Docker is all there is: docker run --volume $PWD:/doorlens doorlens:workbench make demo
FROM ${DEBIAN_IMAGE} AS workbench
RUN apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
      ca-certificates file git make mosquitto python3 python3-tk python3-venv qemu-user x11-apps xdotool xvfb \
 && apt-get clean && rm -rf /var/lib/apt/lists/*
WORKDIR /doorlens

# Benchmarks: the peers from Debian, a qemu-arm that loads plugins, and everything that `make bench` runs.
FROM toolchain AS toolchain-bench
RUN apt-get update -q && apt-get install -y -q --no-install-recommends libxnnpack-dev:armhf libpthreadpool-dev:armhf \
 && apt-get clean && rm -rf /var/lib/apt/lists/*
COPY sdk/counter/fetch_qemu.sh /doorlens/
RUN sh /doorlens/fetch_qemu.sh /doorlens/bench-out/qemu

FROM toolchain-bench AS bench-sdk
COPY sdk /doorlens/sdk
COPY cmodules /cmodules
COPY bench /doorlens/bench
RUN make -C /cmodules -f /doorlens/bench/build.mk bench

FROM scratch AS bench
COPY --from=bench-sdk /doorlens/bench-out/ /
