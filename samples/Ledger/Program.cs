using Ledger;
using Microsoft.EntityFrameworkCore;
using WebhookService.Api;

var builder = WebApplication.CreateBuilder(args);
builder.AddTransactionWebhooks();
builder.Services.AddTransactionHandler<LedgerHandler>();
builder.Services.AddDbContext<LedgerContext>(db => db.UseSqlite(builder.Configuration["LEDGER"] ?? "Data Source=ledger.db"));

var app = builder.Build();
app.MapTransactionWebhooks();
app.MapHealthChecks("/health/ready");
app.MapGet("/balances", (LedgerContext ledger, CancellationToken cancellationToken) =>
    ledger.Balances.OrderBy(balance => balance.Account).ToListAsync(cancellationToken));

await using (var scope = app.Services.CreateAsyncScope())
{
    await scope.ServiceProvider.GetRequiredService<LedgerContext>().Database.EnsureCreatedAsync();
}

await app.RunAsync();
