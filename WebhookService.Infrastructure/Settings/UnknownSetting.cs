using Microsoft.Extensions.Configuration;

namespace WebhookService.Infrastructure.Settings;

/// <summary>A setting that has no effect, because nothing has its name.</summary>
/// <param name="Name">Its name, as an environment variable is written.</param>
/// <param name="Nearest">The most similar name that has an effect; null if none is similar.</param>
internal sealed record UnknownSetting(string Name, string? Nearest)
{
    private const string Separator = "__";

    // Of a name at the top level, which may belong to any program, only a slip is reported.
    private const int MaxSlips = 2;
    private const int MinLength = 6;

    internal static IEnumerable<UnknownSetting> Find(
        IConfiguration configuration,
        Dictionary<string, IReadOnlyList<string>> sections,
        IReadOnlyCollection<string> others)
    {
        foreach (var top in configuration.GetChildren())
        {
            if (sections.TryGetValue(top.Key, out var names))
            {
                foreach (var name in top.GetChildren().Select(child => child.Key))
                {
                    if (!names.Contains(name, StringComparer.OrdinalIgnoreCase))
                    {
                        var nearest = names.MinBy(other => Distance(name, other))!;
                        yield return new(
                            top.Key + Separator + name,
                            Distance(name, nearest) <= name.Length / 2 ? top.Key + Separator + nearest : null);
                    }
                }
            }
            else if (top.Key.Length >= MinLength && !others.Contains(top.Key, StringComparer.OrdinalIgnoreCase))
            {
                // A section has settings, another name has a value.
                var similar = (top.Value is null ? sections.Keys : others)
                    .Where(other => other.Length >= MinLength && Distance(top.Key, other) <= MaxSlips)
                    .MinBy(other => Distance(top.Key, other));
                if (similar is not null)
                {
                    yield return new(top.Key, similar);
                }
            }
        }
    }

    /// <summary>
    /// How many letters must be inserted, removed, replaced or exchanged with their neighbor to turn one name into
    /// the other; case does not count (optimal string alignment).
    /// </summary>
    private static int Distance(string one, string other)
    {
        var (a, b) = (one.ToUpperInvariant(), other.ToUpperInvariant());
        var cost = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    cost[i, j] = i + j;
                    continue;
                }

                var replaced = cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                cost[i, j] = Math.Min(replaced, Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
                }
            }
        }

        return cost[a.Length, b.Length];
    }
}
