# One image for the edge and the app of docker-compose.yml; the command decides which it is.
FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --no-audit --no-fund
COPY tsconfig.json ./
COPY scripts scripts
COPY bin bin
COPY sip sip
COPY src src
COPY migrations migrations
RUN node scripts/build.mjs

FROM node:20-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production
# For the edge, as its launcher has it: a disk that hangs leaves files on others alone.
ENV UV_THREADPOOL_SIZE=16
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/bin bin
COPY --from=build /app/scripts scripts
COPY --from=build /app/dist dist
COPY media media
RUN mkdir data recordings recordings-2 backups certificates && chown node:node data recordings recordings-2 backups
USER node
CMD ["node", "dist/src/main.js"]
