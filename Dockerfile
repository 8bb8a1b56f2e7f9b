# The playground with everything it can do: the page, executables, links. How to run it: src/server/deployment.md

FROM node:24-bookworm-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends clang-22 lld-22 llvm-22 libclang-rt-22-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /playground
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN node src/build/build.ts

FROM node:24-bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends clang-22 lld-22 llvm-22 libclang-rt-22-dev bubblewrap && rm -rf /var/lib/apt/lists/*
WORKDIR /playground
COPY --from=build /playground/package.json ./
COPY --from=build /playground/dist ./dist
RUN mkdir /data && chown node:node /data
USER node
ENV HOST=0.0.0.0 PORT=8080 DATA_DIR=/data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=60s --timeout=20s CMD ["node", "-e", "fetch('http://127.0.0.1:8080/api/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/server.js"]
