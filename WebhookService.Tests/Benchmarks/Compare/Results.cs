namespace WebhookService.Tests.Benchmarks.Compare;

/// <summary>All measurements of one run. The first subject is the one with which the others are compared.</summary>
internal sealed class Results(ComparisonOptions options, double rawSync, Subject[] subjects)
{
    private readonly Dictionary<(Subject, int), List<WrkResult>> _samples = [];

    public ComparisonOptions Options { get; } = options;

    /// <summary>The median time of an fsync on this disk, in milliseconds.</summary>
    public double RawSync { get; } = rawSync;

    public Subject[] Subjects { get; } = subjects;

    public Subject Service => Subjects.Single(subject => subject.Name == Subject.Service().Name);

    public Dictionary<Subject, Costs> Costs { get; } = [];

    /// <summary>The costs of checks, telemetry and watchers.</summary>
    public IReadOnlyList<Effect> Effects { get; set; } = [];

    public SustainedLoad? Sustained { get; set; }

    public SustainedLoad? Called { get; set; }

    /// <summary>First with the default limit, then with a high one.</summary>
    public IReadOnlyList<WaitingLoad> Waited { get; set; } = [];

    public FullTableResult? Full { get; set; }

    public void Add(Subject subject, int connections, WrkResult result)
    {
        if (!_samples.TryGetValue((subject, connections), out var samples))
        {
            _samples[(subject, connections)] = samples = [];
        }

        samples.Add(result);
    }

    /// <summary>The median of one figure over all rounds.</summary>
    public double Median(Subject subject, int connections, Func<WrkResult, double> figure) =>
        Median(_samples[(subject, connections)].Select(figure));

    public double Worst(Subject subject, int connections) => _samples[(subject, connections)].Max(sample => sample.Max);

    public long Errors(Subject subject, int connections) => _samples[(subject, connections)].Sum(sample => sample.Errors);

    /// <summary>The median over the rounds of the ratio to another subject in the same round.</summary>
    public double Ratio(Subject subject, Subject other, int connections) => Median(
        _samples[(subject, connections)].Zip(_samples[(other, connections)], (own, theirs) => own.Rate / theirs.Rate));

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
