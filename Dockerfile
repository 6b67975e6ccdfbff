# syntax=docker/dockerfile:1
# The service in a container without a shell, as a user without rights. docs/deploy.md says how to run it.

FROM mcr.microsoft.com/dotnet/sdk:10.0-noble AS build
WORKDIR /src

# What decides which packages are fetched comes first: as long as it stays the same, so does this layer.
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY WebhookService.Domain/WebhookService.Domain.csproj WebhookService.Domain/packages.lock.json WebhookService.Domain/
COPY WebhookService.Infrastructure/WebhookService.Infrastructure.csproj WebhookService.Infrastructure/packages.lock.json WebhookService.Infrastructure/
COPY WebhookService.Api/WebhookService.Api.csproj WebhookService.Api/packages.lock.json WebhookService.Api/
RUN dotnet restore WebhookService.Api --locked-mode

COPY .editorconfig BannedSymbols.txt appsettings.json LICENSE THIRD-PARTY-NOTICES.md ./
COPY WebhookService.Domain WebhookService.Domain
COPY WebhookService.Infrastructure WebhookService.Infrastructure
COPY WebhookService.Api WebhookService.Api

# Native libraries of other systems than Linux are left out. The empty directory becomes the volume's first content.
RUN dotnet publish WebhookService.Api --no-restore --configuration Release --output /app -p:UseAppHost=false \
    && find /app/runtimes -mindepth 1 -maxdepth 1 ! -name 'linux*' ! -name unix -exec rm -rf {} + \
    && mkdir /data

# "extra" has ICU: SQL Server's driver refuses to work without.
FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled-extra
LABEL org.opencontainers.image.title="WebhookService" \
      org.opencontainers.image.description="Takes payment transactions by webhook: durable, once, within 500 ms" \
      org.opencontainers.image.licenses="MIT"

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
