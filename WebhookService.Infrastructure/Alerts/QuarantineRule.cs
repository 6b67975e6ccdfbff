using System.Globalization;
using Microsoft.Extensions.Options;
using WebhookService.Domain.Operations;

namespace WebhookService.Infrastructure.Alerts;

/// <summary>Reports events that came into the quarantine since the last alert.</summary>
/// <remarks>Not why: the reason may quote the body. Repeats of an event are not new.</remarks>
internal sealed class QuarantineRule(IOptions<AlertOptions> options, AlertReader reader, TimeProvider clock)
    : IAlertRule
{
    private readonly AlertOptions _options = options.Value;

    public string Kind => AlertKinds.Quarantine;

    public async Task<AlertChange?> LookAsync(AlertState state, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (state.Since is not { } since)
        {
            var last = await reader.FindLastQuarantinedAsync(cancellationToken).ConfigureAwait(false);
            return new AlertChange(state with { Mark = last, Since = now }, null);
        }

        var sources = await reader.ListQuarantinedAsync(state.Mark, cancellationToken).ConfigureAwait(false);
        var count = sources.Sum(source => source.Count);
        if (count < _options.QuarantineGrowth)
        {
            return null;
        }

        var shown = sources.OrderByDescending(source => source.Count).Take(_options.MaxGroups).ToList();
        var message = new AlertMessage(Kind, Describe(count, since, shown), json =>
        {
            json.WriteNumber("count", count);
            json.WriteString("since", AlertMessage.Format(since));
            json.WriteStartArray("sources");
            foreach (var source in shown)
            {
                json.WriteStartObject();
                json.WriteString("source", source.Source);
                json.WriteNumber("count", source.Count);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
        return new AlertChange(
            state with { Mark = sources.Max(source => source.Last), Since = now }, _ => Task.FromResult(message));
    }

    private static string Describe(long count, DateTimeOffset since, IEnumerable<NewQuarantined> sources) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{count} {(count == 1 ? "webhook" : "webhooks")} could not be understood ")
        + $"since {AlertMessage.Show(since)}: "
        + string.Join(
            ", ",
            sources.Select(source => string.Create(CultureInfo.InvariantCulture, $"{source.Count} of {source.Source}")))
        + ".";
}
