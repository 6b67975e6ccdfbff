using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using WebhookService.Infrastructure.Model;
using WebhookService.Infrastructure.Reading;
using WebhookService.Infrastructure.Writing;
using WebhookService.Infrastructure.Writing.PostgreSql;
using WebhookService.Infrastructure.Writing.Sqlite;
using WebhookService.Infrastructure.Writing.SqlServer;

namespace WebhookService.Infrastructure;

/// <summary>Registers every supported database, of which <c>DATABASE_URL</c> selects one.</summary>
internal static class DatabaseServiceCollectionExtensions
{
    public static IServiceCollection AddDatabases(this IServiceCollection services)
    {
        services.AddPooledDbContextFactory<SqliteWebhookDbContext>((provider, db) =>
            db.UseSqlite(SqliteDatabase.ReaderConnectionString(Target(provider).Address)));
        services.AddPooledDbContextFactory<PostgreSqlWebhookDbContext>((provider, db) =>
            db.UseNpgsql(PostgreSqlDatabase.ReaderConnectionString(Target(provider).Address, Options(provider))));
        services.AddPooledDbContextFactory<SqlServerWebhookDbContext>((provider, db) =>
            db.UseSqlServer(SqlServerDatabase.ReaderConnectionString(Target(provider).Address, Options(provider))));
        return services
            .AddSingleton(provider => new Lazy<IDbContextFactory<SqliteWebhookDbContext>>(
                provider.GetRequiredService<IDbContextFactory<SqliteWebhookDbContext>>))
            .AddKeyedSingleton<IDatabase, SqliteDatabase>(DatabaseKind.Sqlite)
            .AddKeyedSingleton<IDatabase, PostgreSqlDatabase>(DatabaseKind.PostgreSql)
            .AddKeyedSingleton<IDatabase, SqlServerDatabase>(DatabaseKind.SqlServer)
            .AddKeyedSingleton<ReadDialect, SqliteReadDialect>(DatabaseKind.Sqlite)
            .AddKeyedSingleton<ReadDialect, PostgreSqlReadDialect>(DatabaseKind.PostgreSql)
            .AddKeyedSingleton<ReadDialect, SqlServerReadDialect>(DatabaseKind.SqlServer)
            .AddSingleton(provider => DatabaseTarget.Parse(Options(provider).Url))
            .AddSingleton(provider => provider.GetRequiredKeyedService<IDatabase>(Target(provider).Kind))
            .AddSingleton(provider => provider.GetRequiredKeyedService<ReadDialect>(Target(provider).Kind))
            .AddSingleton(provider => provider.GetRequiredService<IDatabase>().CreateWriter());
    }

    private static DatabaseTarget Target(IServiceProvider provider) => provider.GetRequiredService<DatabaseTarget>();

    private static DatabaseOptions Options(IServiceProvider provider) =>
        provider.GetRequiredService<IOptions<DatabaseOptions>>().Value;
}
