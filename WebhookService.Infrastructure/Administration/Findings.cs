using System.Globalization;

namespace WebhookService.Infrastructure.Administration;

/// <summary>The findings of a check: one line each, and only counted beyond the first hundred of a kind.</summary>
internal sealed class Findings(Action<string> report)
{
    private const int MaxLines = 100;

    private long _ofThisKind;

    public long Count { get; private set; }

    public void Add(string finding)
    {
        Count++;
        if (++_ofThisKind <= MaxLines)
        {
            report(OneLine.Of(finding));
        }
    }

    /// <summary>Ends a kind, and reports how many of it were not listed.</summary>
    public void EndKind()
    {
        if (_ofThisKind > MaxLines)
        {
            report(string.Create(CultureInfo.InvariantCulture, $"and {_ofThisKind - MaxLines} more like these"));
        }

        _ofThisKind = 0;
    }
}
