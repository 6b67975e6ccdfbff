using System.Globalization;

namespace WebhookService.Tests.Benchmarks.Compare;

/// <summary>The scope and the duration of the measurements.</summary>
/// <param name="Rounds">Number of measurements of each subject, in turn with the others.</param>
/// <param name="Seconds">Length of one measurement.</param>
/// <param name="Sustain">Length of each sustained load in seconds; 0 leaves them out.</param>
/// <param name="Rows">Rows in the full table of the last comparison; 0 leaves it out.</param>
/// <param name="Only">"effects": only the cost of checks, telemetry and watchers; "sustained": only the sustained loads;
/// "reads": only reads.</param>
/// <param name="Report">Directory for the page and the picture; null prints only the page.</param>
internal sealed record ComparisonOptions(int Rounds = 3, int Seconds = 5, int Sustain = 60, int Rows = 10_000_000, string? Report = null,
    string? Only = null)
{
    public static ComparisonOptions Parse(string[] options)
    {
        var parsed = new ComparisonOptions();
        foreach (var pair in options.Chunk(2))
        {
            parsed = pair switch
            {
                ["--rounds", var value] => parsed with { Rounds = Number(value) },
                ["--seconds", var value] => parsed with { Seconds = Number(value) },
                ["--sustain", var value] => parsed with { Sustain = Number(value) },
                ["--rows", var value] => parsed with { Rows = Number(value) },
                ["--only", "effects" or "sustained" or "reads"] => parsed with { Only = pair[1] },
                ["--report", var value] => parsed with { Report = value },
                _ => throw new ArgumentException($"Unknown option: {string.Join(' ', pair)}", nameof(options)),
            };
        }

        return parsed;
    }

    private static int Number(string value) => int.Parse(value, CultureInfo.InvariantCulture);
}
