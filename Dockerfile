# The service in a container without a shell, as a user without rights. docs/deploy.md says how to run it.
# No "syntax" line: it would fetch an image from a registry, and nothing here needs it.

FROM mcr.microsoft.com/dotnet/sdk:10.0-noble AS build
WORKDIR /src

# What decides which packages are fetched comes first: as long as it stays the same, so does this layer.
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY WebhookService.Domain/WebhookService.Domain.csproj WebhookService.Domain/packages.lock.json WebhookService.Domain/
COPY WebhookService.Infrastructure/WebhookService.Infrastructure.csproj WebhookService.Infrastructure/packages.lock.json WebhookService.Infrastructure/
COPY WebhookService.Api/WebhookService.Api.csproj WebhookService.Api/packages.lock.json WebhookService.Api/
COPY WebhookService.Api/Properties/PublishProfiles/framework-dependent.pubxml WebhookService.Api/Properties/PublishProfiles/
RUN export RuntimeIdentifier="$(uname -m | sed -e s/x86_64/linux-x64/ -e s/aarch64/linux-arm64/)" \
    && dotnet restore WebhookService.Api --locked-mode -p:PublishProfile=framework-dependent

COPY .editorconfig BannedSymbols.txt appsettings.json LICENSE THIRD-PARTY-NOTICES.md ./
COPY WebhookService.Domain WebhookService.Domain
COPY WebhookService.Infrastructure WebhookService.Infrastructure
COPY WebhookService.Api WebhookService.Api

# For this processor alone, compiled ahead. The empty directory becomes the volume's first content.
RUN export RuntimeIdentifier="$(uname -m | sed -e s/x86_64/linux-x64/ -e s/aarch64/linux-arm64/)" \
    && dotnet publish WebhookService.Api --no-restore -p:PublishProfile=framework-dependent --output /app \
       -p:UseAppHost=false -p:DebugType=embedded \
    && mkdir /data

# "extra" has ICU: SQL Server's driver refuses to work without.
FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled-extra

# The service chooses its port by PORT, and the image below by another variable. Without diagnostics nothing has to be
# written outside of /data; SQLite's temporary files go there too.
ENV ASPNETCORE_HTTP_PORTS="" \
    DOTNET_EnableDiagnostics=0 \
    SQLITE_TMPDIR=/data \
    PORT=8000 \
    DATABASE_URL=sqlite:////data/transactions.db

WORKDIR /app
COPY --from=build --chown=$APP_UID:$APP_UID /data /data
COPY --from=build /app ./

USER $APP_UID
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["dotnet", "WebhookService.Api.dll", "health"]
ENTRYPOINT ["dotnet", "WebhookService.Api.dll"]

# Last, since they differ with each commit: --build-arg SOURCE=https://… --build-arg REVISION="$(git rev-parse HEAD)"
ARG SOURCE=""
ARG REVISION=""
LABEL org.opencontainers.image.title="WebhookService" \
      org.opencontainers.image.description="Takes payment transactions by webhook: durable, once, within 500 ms" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.source="$SOURCE" \
      org.opencontainers.image.revision="$REVISION"
