using System.Globalization;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain;

namespace WebhookService.Tests.Domain;

internal sealed class TransactionTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 15, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public void Receive_MakesAProcessingRowWithNothingTried_WhenValuesKeepTheRules()
    {
        var transaction = Transaction.Receive("txn_1", "source", "destination", 150.5m, "inr", Noon);

        transaction.Should().BeEquivalentTo(new
        {
            Sequence = 0L,
            TransactionId = "txn_1",
            SourceAccount = "source",
            DestinationAccount = "destination",
            Amount = 150.50m,
            Currency = "INR",
            Status = TransactionStatus.Processing,
            CreatedAt = Noon,
            ProcessedAt = (DateTimeOffset?)null,
            Attempts = 0,
            FailureReason = (string?)null,
        });
    }

    [TestCase("7", "7.00")]
    [TestCase("150.5", "150.50")]
    [TestCase("1.0000", "1.00")]
    public void Receive_KeepsTheAmountWithTwoDecimals(string amount, string expected)
    {
        var value = decimal.Parse(amount, CultureInfo.InvariantCulture);

        var transaction = Transaction.Receive("txn_1", "source", "destination", value, "INR", Noon);

        transaction.Amount.ToString(CultureInfo.InvariantCulture).Should().Be(expected);
    }

    [Test]
    public void Receive_KeepsTheTimeInUtcMicroseconds_WhenItIsFinerAndElsewhere()
    {
        var received = new DateTimeOffset(2026, 1, 15, 17, 30, 0, TimeSpan.FromHours(5.5)).AddTicks(1_234_567);

        var transaction = Transaction.Receive("txn_1", "source", "destination", 1, "INR", received);

        transaction.CreatedAt.Should().BeExactly(Noon.AddTicks(1_234_560));
    }

    [TestCase("txn 1", "source", "destination", "1", "INR", "transactionId")]
    [TestCase("txn_1", " ", "destination", "1", "INR", "sourceAccount")]
    [TestCase("txn_1", "source", "", "1", "INR", "destinationAccount")]
    [TestCase("txn_1", "source", "destination", "0", "INR", "amount")]
    [TestCase("txn_1", "source", "destination", "0.001", "INR", "amount")]
    [TestCase("txn_1", "source", "destination", "1", "XXX", "currency")]
    public void Receive_Throws_WhenAValueBreaksARule(
        string id, string source, string destination, string amount, string currency, string parameter)
    {
        var value = decimal.Parse(amount, CultureInfo.InvariantCulture);

        var receive = () => Transaction.Receive(id, source, destination, value, currency, Noon);

        receive.Should().Throw<ArgumentException>().WithParameterName(parameter);
    }

    private static readonly Attempt Made = new(Noon, TimeSpan.FromSeconds(1), AttemptOutcome.Succeeded, 200, null);

    private static readonly Dictionary<string, Action<Transaction>> Transitions = new()
    {
        ["Claim"] = it => it.Claim(1),
        ["Complete"] = it => it.Complete(1, Made),
        ["Fail"] = it => it.Fail(1, Made, "no"),
        ["AwaitRetry"] = it => it.AwaitRetry(1, Made, Noon.AddSeconds(2)),
        ["Retry"] = it => it.Retry(),
        ["Prune"] = it => it.Prune(),
    };

    [TestCase("", "Claim Complete Fail AwaitRetry")]
    [TestCase("AwaitRetry", "Claim Complete Fail AwaitRetry")]
    [TestCase("Complete", "Prune")]
    [TestCase("Fail", "Retry Prune")]
    [TestCase("Fail Retry", "Claim Complete Fail AwaitRetry")]
    [TestCase("Complete Prune", "")]
    [TestCase("Fail Prune", "")]
    public void Transition_IsPossible_OnlyFromItsState(string path, string possible)
    {
        var taken = Transitions.Keys.Where(name => TryTake(path, name));

        taken.Should().BeEquivalentTo(possible.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    [Test]
    public void Retry_KeepsTheHistory_AndClearsTheEnd()
    {
        var transaction = After("AwaitRetry Fail Retry");

        transaction.Should().BeEquivalentTo(new
        {
            Status = TransactionStatus.Processing,
            Attempts = 2,
            EarlierAttempts = 2,
            ProcessedAt = (DateTimeOffset?)null,
            NextAttemptAt = (DateTimeOffset?)null,
            FailureReason = (string?)null,
        });
    }

    private static Transaction After(string path)
    {
        var transaction = Transaction.Receive("txn_1", "source", "destination", 1, "INR", Noon);
        foreach (var name in path.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            Transitions[name](transaction);
        }

        return transaction;
    }

    private static bool TryTake(string path, string name)
    {
        var transaction = After(path);
        try
        {
            Transitions[name](transaction);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
