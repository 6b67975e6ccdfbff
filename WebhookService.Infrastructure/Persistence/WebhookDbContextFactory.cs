using Microsoft.EntityFrameworkCore;

namespace WebhookService.Infrastructure.Persistence;

/// <summary>Hands out the pooled context of the chosen database under the type everybody else knows.</summary>
internal sealed class WebhookDbContextFactory<TContext>(IDbContextFactory<TContext> pool)
    : IDbContextFactory<WebhookDbContext>
    where TContext : WebhookDbContext
{
    public WebhookDbContext CreateDbContext() => pool.CreateDbContext();
}
