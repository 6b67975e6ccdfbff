using System.Globalization;
using System.Text;
using Microsoft.Extensions.Options;
using WebhookService.Domain;
using WebhookService.Domain.Operations;

namespace WebhookService.Infrastructure.Alerts;

/// <summary>Reports transactions that became FAILED since the last alert: their number, and their reasons.</summary>
/// <remarks>
/// The number comes from the totals, which change in the commit of each failure: none is missed or counted twice. The
/// reasons are found by the time of the failure, among the rows received last.
/// </remarks>
internal sealed class FailedRule(IOptions<AlertOptions> options, AlertReader reader, TimeProvider clock) : IAlertRule
{
    private readonly AlertOptions _options = options.Value;

    public string Kind => AlertKinds.Failed;

    public async Task<AlertChange?> LookAsync(AlertState state, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var failed = await reader.CountFailedAsync(cancellationToken).ConfigureAwait(false);
        var next = state with { Mark = failed, Since = now };

        // The first look, or one after the totals were repaired: there is nothing to compare with.
        if (state.Since is not { } since || failed < state.Mark)
        {
            return new AlertChange(next, null);
        }

        return failed == state.Mark
            ? null
            : new AlertChange(next, token => ComposeAsync(failed - state.Mark, since, token));
    }

    private async Task<AlertMessage> ComposeAsync(long count, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var groups = await reader.ListNewFailuresAsync(since, _options.MaxRows, cancellationToken)
            .ConfigureAwait(false);
        var shown = groups.Take(_options.MaxGroups).ToList();
        return new AlertMessage(Kind, Describe(count, since, shown), json =>
        {
            json.WriteNumber("count", count);
            json.WriteString("since", AlertMessage.Format(since));
            json.WriteStartArray("groups");
            foreach (var group in shown)
            {
                json.WriteStartObject();
                json.WriteString("reason", group.Reason);
                if (group.HttpStatus is { } status)
                {
                    json.WriteNumber("http_status", status);
                }
                else
                {
                    json.WriteNull("http_status");
                }

                json.WriteString("source", group.Source ?? SourceEvent.PlainSource);
                json.WriteNumber("count", group.Count);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    private static string Describe(long count, DateTimeOffset since, IEnumerable<NewFailures> groups)
    {
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"{count} {(count == 1 ? "transaction" : "transactions")} failed since {AlertMessage.Show(since)}.");
        foreach (var group in groups)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"\n{group.Count} × {group.Reason ?? "unknown reason"} ({group.Source ?? SourceEvent.PlainSource})");
        }

        return text.ToString();
    }
}
