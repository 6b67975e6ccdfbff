using System.Text;
using BenchmarkDotNet.Attributes;
using WebhookService.Api.Webhooks;

namespace WebhookService.Tests.Benchmarks.Micro;

/// <summary>The body of a webhook, from bytes to a transaction.</summary>
[MemoryDiagnoser]
public class ParserBenchmarks
{
    private static readonly byte[] Plain = Encoding.UTF8.GetBytes("""
        {"transaction_id":"txn_abc123def456","source_account":"acc_user_789","destination_account":"acc_merchant_456","amount":150.50,"currency":"INR"}
        """);

    private static readonly byte[] Escaped = Encoding.UTF8.GetBytes("""
        {"transaction_id":"txn_abc123def456","source_account":"Ünïcödé Ω 口座 \u20ac","destination_account":"💸","amount":"150.5","currency":"inr",
         "note":{"a":[1,2,3]}}
        """);

    private static readonly DateTimeOffset ReceivedAt = DateTimeOffset.UnixEpoch;

    [Benchmark(Baseline = true)]
    public object? Usual() => TransactionParser.Parse(Plain, ReceivedAt);

    [Benchmark]
    public object? EscapesAndStrangers() => TransactionParser.Parse(Escaped, ReceivedAt);
}
