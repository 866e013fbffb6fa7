# The React panel's development server, over the folder that PANEL_DIR names; nothing of a panel is in the image.
# Build from docker/:  docker build -f docker/admin-dev.Dockerfile -t tutorbot-admin-dev docker
ARG NODE_IMAGE=node:22-bookworm-slim

FROM ${NODE_IMAGE}
ENV NODE_ENV=development NPM_CONFIG_UPDATE_NOTIFIER=false NPM_CONFIG_FUND=false
RUN install -d -o node -g node /panel /panel/node_modules
COPY admin-dev.sh /
WORKDIR /panel
USER node
EXPOSE 5173
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=300s --retries=4 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:5173/').then(() => process.exit(0), () => process.exit(1))"]
CMD ["sh", "/admin-dev.sh"]
