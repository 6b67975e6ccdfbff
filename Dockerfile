# The service in a container without a shell, as an unprivileged user. To run it, see docs/deploy.md.
# No "syntax" line: it would fetch an image from a registry, which nothing here needs.

FROM mcr.microsoft.com/dotnet/sdk:10.0-noble AS build
WORKDIR /src

# The files that determine the packages come first: the layer is reused until one of them changes. The list of a public
# API is one: the project takes an analyzer where it exists, and the lock file has that analyzer.
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY WebhookService.Domain/WebhookService.Domain.csproj WebhookService.Domain/packages.lock.json WebhookService.Domain/PublicAPI.Shipped.txt WebhookService.Domain/
COPY WebhookService.Infrastructure/WebhookService.Infrastructure.csproj WebhookService.Infrastructure/packages.lock.json WebhookService.Infrastructure/PublicAPI.Shipped.txt WebhookService.Infrastructure/
COPY WebhookService.Api/WebhookService.Api.csproj WebhookService.Api/packages.lock.json WebhookService.Api/PublicAPI.Shipped.txt WebhookService.Api/
COPY WebhookService.Api/Properties/PublishProfiles/framework-dependent.pubxml WebhookService.Api/Properties/PublishProfiles/
RUN export RuntimeIdentifier="$(uname -m | sed -e s/x86_64/linux-x64/ -e s/aarch64/linux-arm64/)" \
    && dotnet restore WebhookService.Api --locked-mode -p:PublishProfile=framework-dependent

COPY .editorconfig BannedSymbols.txt appsettings.json LICENSE THIRD-PARTY-NOTICES.md ./
COPY WebhookService.Domain WebhookService.Domain
COPY WebhookService.Infrastructure WebhookService.Infrastructure
COPY WebhookService.Api WebhookService.Api

# Compiled ahead of time, for this processor only. The empty directory becomes the volume's initial content.
RUN export RuntimeIdentifier="$(uname -m | sed -e s/x86_64/linux-x64/ -e s/aarch64/linux-arm64/)" \
    && dotnet publish WebhookService.Api --no-restore -p:PublishProfile=framework-dependent --output /app \
       -p:UseAppHost=false -p:DebugType=embedded \
    && mkdir /data

# "extra" has ICU: the SQL Server driver does not work without it.
FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled-extra

# PORT sets the port; the base image's own variable is cleared. Without diagnostics, nothing is written outside /data;
# SQLite's temporary files go there too.
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

# Last, since they change with each commit: --build-arg SOURCE=https://… --build-arg REVISION="$(git rev-parse HEAD)"
ARG SOURCE=""
ARG REVISION=""
LABEL org.opencontainers.image.title="WebhookService" \
      org.opencontainers.image.description="Receives payment transactions by webhook: durable, once, within 500 ms" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.source="$SOURCE" \
      org.opencontainers.image.revision="$REVISION"
