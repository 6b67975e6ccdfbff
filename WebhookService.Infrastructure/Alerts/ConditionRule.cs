using System.Text.Json;
using WebhookService.Domain.Operations;

namespace WebhookService.Infrastructure.Alerts;

/// <summary>
/// An alert about a condition: reported when it has held for a while, repeated while it lasts, and reported again when
/// it has been over for as long. So neither a short disturbance nor a restart sends anything.
/// </summary>
/// <param name="options">The limits.</param>
/// <param name="duration">How long the condition must have held, or not, before it is reported.</param>
/// <param name="clock">The clock.</param>
internal abstract class ConditionRule(AlertOptions options, TimeSpan duration, TimeProvider clock) : IAlertRule
{
    private bool? _holds;
    private DateTimeOffset _changedAt;

    public abstract string Kind { get; }

    /// <summary>The text when the condition is over.</summary>
    protected abstract string Over { get; }

    /// <summary>What is stored as <see cref="AlertState.Mark"/> of a reported condition.</summary>
    protected virtual long Mark => 0;

    public virtual async Task<AlertChange?> LookAsync(AlertState state, CancellationToken cancellationToken)
    {
        var condition = await ReadAsync(cancellationToken).ConfigureAwait(false);
        var now = clock.GetUtcNow();
        if (_holds != condition is not null)
        {
            (_holds, _changedAt) = (condition is not null, now);
        }

        if (now - _changedAt < duration)
        {
            return null;
        }

        if (condition is null)
        {
            return state.Since is { } from
                ? new AlertChange(state with { Since = null }, Say("resolved", Over, from, _ => { }))
                : null;
        }

        if (state.Since is not null && now - state.SentAt < options.RepeatInterval)
        {
            return null;
        }

        var since = state.Since ?? condition.Since ?? _changedAt;
        return new AlertChange(
            state with { Since = since, Mark = Mark }, Say("open", condition.Text, since, condition.WriteData));
    }

    /// <summary>The condition; null if it does not hold.</summary>
    protected abstract Task<Condition?> ReadAsync(CancellationToken cancellationToken);

    private Func<CancellationToken, Task<AlertMessage>> Say(
        string name, string text, DateTimeOffset since, Action<Utf8JsonWriter> writeData) =>
        _ => Task.FromResult(new AlertMessage(Kind, text, json =>
        {
            json.WriteString("state", name);
            json.WriteString("since", AlertMessage.Format(since));
            writeData(json);
        }));

    /// <summary>A condition that holds.</summary>
    /// <param name="Since">Since when; null if since it was first seen.</param>
    /// <param name="Text">What people read.</param>
    /// <param name="WriteData">Writes its figures.</param>
    protected sealed record Condition(DateTimeOffset? Since, string Text, Action<Utf8JsonWriter> WriteData);
}
