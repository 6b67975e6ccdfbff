using System.Text.Json.Serialization;
using WebhookService.Api.Http;
using WebhookService.Domain.Operations;

namespace WebhookService.Api.OnCall;

/// <summary>Whether the instances on the database begin calls.</summary>
/// <param name="State">running or paused.</param>
/// <param name="Since">When it was paused or resumed, UTC; null if never.</param>
/// <param name="By">The name of the key that did it; null if never, or if no key was required.</param>
/// <param name="Reason">The reason given; null for none.</param>
internal sealed record ProcessingResponse(
    string State,
    [property: JsonConverter(typeof(TimestampConverter))] DateTimeOffset? Since,
    string? By,
    string? Reason)
{
    internal static ProcessingResponse From(PauseState state) => new(
        state.IsPaused ? "paused" : "running", state.Change?.At, state.Change?.By, state.Change?.Reason);
}
