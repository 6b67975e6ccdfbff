using System.Globalization;
using Microsoft.EntityFrameworkCore;
using WebhookService.Infrastructure.Copying;
using WebhookService.Infrastructure.Model;
using WebhookService.Infrastructure.Writing;
using WebhookService.Tests.Support.Services;

namespace WebhookService.Tests.Copying;

/// <summary>All rows of a database as EF Core reads them, independently of the code that copies them.</summary>
internal static class DatabaseDump
{
    /// <summary>A line for each value that is not null, without the claims of unfinished rows.</summary>
    public static async Task<string[]> ReadAsync(string url)
    {
        await using var store = new StoreFixture(url, []);
        await using var db = store.Get<IDatabase>().CreateContext();
        return
        [
            .. db.Model.GetEntityTypes()
                .Where(type => !CopyPlan.Others.ContainsKey(type.GetTableName()!))
                .SelectMany(type => (IEnumerable<string>)typeof(DatabaseDump)
                    .GetMethod(nameof(Read), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!
                    .MakeGenericMethod(type.ClrType).Invoke(null, [db])!)
                .Order(StringComparer.Ordinal),
        ];
    }

    private static List<string> Read<T>(WebhookDbContext db)
        where T : class
    {
        List<string> lines = [];
        foreach (var row in db.Set<T>().ToList())
        {
            var entry = db.Entry(row);
            var key = string.Join('/', new[] { "Sequence", "Id", "Number", "ContentHash", "Grain", "At" }
                .Where(name => entry.Metadata.FindProperty(name) is not null)
                .Select(name => Text(entry.Property(name).CurrentValue)));
            lines.AddRange(entry.Properties
                .Where(property => property.CurrentValue is not null
                    && !(property.Metadata.Name == WebhookDbContext.ClaimedBy && entry.Property("Status").CurrentValue!.ToString() == "Processing"))
                .Select(property => $"{typeof(T).Name} {key} {property.Metadata.Name} = {Text(property.CurrentValue)}"));
        }

        return lines;
    }

    private static string Text(object? value) => value switch
    {
        byte[] bytes => Convert.ToHexString(bytes),
        DateTimeOffset time => time.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture),
        decimal amount => amount.ToString("F2", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
