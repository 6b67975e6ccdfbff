using System.Globalization;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Reliability.Simulation;

/// <summary>
/// Two instances on one database go through every kind of event, in an order that a seed decides, and the promises are
/// checked after each step. WEBHOOK_TEST_SEEDS seeds (default 100).
/// </summary>
[Category("Long")]
internal sealed class SimulationTests
{
    private const int Steps = 60;

    private static readonly int Seeds =
        int.Parse(Environment.GetEnvironmentVariable("WEBHOOK_TEST_SEEDS") ?? "100", CultureInfo.InvariantCulture);

    [Test]
    public async Task Promises_Hold_WhateverHappensInWhateverOrder()
    {
        for (var seed = 1; seed <= Seeds; seed++)
        {
            using var simulation = new Simulation(seed);
            for (var step = 0; step < Steps; step++)
            {
                await simulation.StepAsync();
                simulation.Check();
            }

            await simulation.SettleAsync();
            simulation.Check();
        }
    }

    private sealed class Simulation(int seed) : IDisposable
    {
        private readonly Random _random = new(seed);
        private readonly ObservableTimeProvider _clock = new();
        private readonly SimulatedDatabase _database = new();
        private readonly Dictionary<string, decimal> _promised = [];
        private readonly HashSet<string> _added = [];
        private readonly List<string> _history = [];
        private SimulatedInstance[] _instances = [];
        private int _next;
        private int _calls;
        private FailedRound[] _retrying = [];

        public async Task StepAsync()
        {
            if (_instances.Length == 0)
            {
                _instances = [New(), New()];
            }

            var which = _random.Next(_instances.Length);
            var instance = _instances[which];
            var action = _random.Next(22);
            _history.Add($"{which}:{action}");
            switch (action)
            {
                case < 4:
                    await ReceiveAsync(instance, $"txn_{_next++}", 1);
                    break;
                case 4:
                    await ReceiveAsync(instance, Known(), 1);
                    break;
                case 5:
                    await ReceiveAsync(instance, Known(), 2);
                    break;
                case < 8:
                    await instance.RecoverAsync();
                    break;
                case < 11:
                    await WorkAsync(instance, isAll: false);
                    break;
                case 11:
                    Crash(which);
                    break;
                case 12:
                    // The lease expires although the instance lives: from now on it acts as a zombie.
                    _database.Expire(instance.Number);
                    break;
                case 13:
                    await RetryAsync(instance);
                    break;
                case 14:
                    await StopAsync(which);
                    break;
                case 15:
                    await ReceiveWithPoisonAsync(instance);
                    break;
                case 16:
                    instance.TakeAll();
                    break;
                case 17:
                    instance.FindOrphans(_database.ClaimsOf(instance.Number));
                    break;
                case 18:
                    await instance.ReleaseOrphansAsync();
                    break;
                default:
                    instance.Writer.FailNext((SimulatedFault)_random.Next(4));
                    break;
            }
        }

        // Promises 1, 2 and 4 hold after each step, whatever is in flight.
        public void Check()
        {
            var when = $"seed {seed}, after {string.Join(' ', _history)}";
            foreach (var (id, amount) in _promised)
            {
                _database.Rows.Should().ContainKey(id, when);
                _database.Rows[id].Amount.Should().Be(amount, "the first content is kept: {0}", when);
            }

            foreach (var row in _database.Rows.Values)
            {
                row.Ends.Should().BeLessThanOrEqualTo(row.Rounds, "a round ends once: {0}", when);
                row.Attempts.Should().OnlyHaveUniqueItems("a call counts once: {0}", when);
            }

            foreach (var instance in _instances.Where(instance => !instance.MayHaveOrphans))
            {
                _database.Rows.Values.Where(row => row.Status == TransactionStatus.Processing && row.ClaimedBy == instance.Number)
                    .Should().NotContain(row => !instance.Holds(row), "every claimed row is in memory: {0}", when);
            }

            _instances.Where(instance => !_database.IsExpired(instance.Number))
                .SelectMany(instance => instance.Working).Where(work => work.Result is null)
                .Should().OnlyHaveUniqueItems(work => work.Claimed.TransactionId, "only a lost lease explains two calls at once: {0}", when);
        }

        // Promise 3: once no more faults occur, every transaction is processed.
        public async Task SettleAsync()
        {
            for (var round = 0; round < 200 && Unfinished().Any(); round++)
            {
                foreach (var instance in _instances)
                {
                    instance.Writer.FailNext(SimulatedFault.None);
                    instance.FindOrphans(_database.ClaimsOf(instance.Number));
                    await instance.ReleaseOrphansAsync();
                    await instance.RecoverAsync();
                    await WorkAsync(instance, isAll: true);
                }
            }

            Unfinished().Should().BeEmpty($"nothing is stuck (seed {seed}, after {string.Join(' ', _history)})");
        }

        public void Dispose() => Array.ForEach(_instances, instance => instance.Dispose());

        private SimulatedInstance New() => new(_database, _clock);

        private string Known() => $"txn_{_random.Next(Math.Max(1, _next))}";

        private IEnumerable<SimulatedRow> Unfinished() => _database.Rows.Values.Where(row => row.Status == TransactionStatus.Processing);

        private async Task ReceiveAsync(SimulatedInstance instance, string id, decimal amount)
        {
            var outcome = await instance.Store.AddAsync(Transaction.Receive(id, "a", "b", amount, "INR", _clock.GetUtcNow())).Soon();
            if (outcome == AddOutcome.Added)
            {
                _added.Add(id).Should().BeTrue($"{id} is added once (seed {seed})");
            }

            // A conflict promises that another content is stored.
            if (outcome is AddOutcome.Added or AddOutcome.Duplicate)
            {
                _promised[id] = amount;
            }
        }

        // The poison may share a batch with other rows and must not take any of them with it.
        private async Task ReceiveWithPoisonAsync(SimulatedInstance instance)
        {
            var poison = instance.Store.AddAsync(
                Transaction.Receive($"{SimulatedDatabase.Poison}_{_next}", "a", "b", 1, "INR", _clock.GetUtcNow())).AsTask();
            await ReceiveAsync(instance, $"txn_{_next++}", 1);
            (await poison.Soon()).Should().Be(AddOutcome.Unavailable, "it is rejected (seed {0})", seed);
        }

        // Ends calls and writes results; results that the store did not acknowledge are sent again later.
        private async Task WorkAsync(SimulatedInstance instance, bool isAll)
        {
            instance.TakeAll();
            foreach (var work in instance.Working.Where(_ => isAll || _random.Next(2) == 0).ToArray())
            {
                work.Result ??= Result(work.Claimed, isAll);
                if (isAll || _random.Next(3) > 0)
                {
                    await WriteAsync(instance, work);
                }
            }
        }

        private static async Task WriteAsync(SimulatedInstance instance, SimulatedWork work)
        {
            try
            {
                _ = await instance.Store.CompleteAsync(work.Result!).Soon();
                instance.Working.Remove(work);
            }
            catch (StoreUnavailableException)
            {
                // The claim is kept, and the result is sent again later.
            }
        }

        private Completion Result(ClaimedTransaction claimed, bool isSuccess)
        {
            // No two calls begin at the same time.
            var attempt = Attempts.At(ObservableTimeProvider.Origin.AddMicroseconds(++_calls));
            return (isSuccess ? 0 : _random.Next(4)) switch
            {
                2 => claimed.Transaction.Fail(claimed.Claim, attempt, "no"),
                3 => claimed.Transaction.AwaitRetry(claimed.Claim, attempt, attempt.StartedAt),
                _ => claimed.Transaction.Complete(claimed.Claim, attempt),
            };
        }

        // A retry without an answer is sent again, at once or after other steps.
        private async Task RetryAsync(SimulatedInstance instance)
        {
            if (_retrying.Length == 0)
            {
                _retrying = [.. _database.Rows.Values.Where(row => row.Status == TransactionStatus.Failed)
                    .Select(row => new FailedRound(row.Id, row.Attempts.Count))];
            }

            try
            {
                _ = await instance.Store.RetryAsync(_retrying).Soon();
                _retrying = [];
            }
            catch (StoreUnavailableException)
            {
                // Nothing was retried, or the outcome is unknown.
            }
        }

        // kill -9: the memory of the instance is gone, and its lease expires.
        private void Crash(int which)
        {
            _instances[which].Dispose();
            _database.Expire(_instances[which].Number);
            _instances[which] = New();
        }

        // SIGTERM: the instance releases its claims.
        private async Task StopAsync(int which)
        {
            try
            {
                while (await _instances[which].Store.ReleaseAsync(2).Soon() == 2)
                {
                    // There may be more.
                }
            }
            catch (StoreUnavailableException)
            {
                // The lease expires.
            }

            Crash(which);
        }
    }
}
