using System.Globalization;
using FluentAssertions;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Reliability.Simulation;

/// <summary>
/// Two instances on one database go through whatever can happen, in the order a seed gives, and the promises are looked
/// at after each step; WEBHOOK_TEST_SEEDS (default 500) seeds.
/// </summary>
public sealed class SimulationTests
{
    private const int Steps = 60;

    private static readonly int Seeds =
        int.Parse(Environment.GetEnvironmentVariable("WEBHOOK_TEST_SEEDS") ?? "500", CultureInfo.InvariantCulture);

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

        public async Task StepAsync()
        {
            if (_instances.Length == 0)
            {
                _instances = [New(), New()];
            }

            var which = _random.Next(_instances.Length);
            var instance = _instances[which];
            var action = _random.Next(16);
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
                    await WorkAsync(instance, _random.Next(4) == 0);
                    break;
                case 11:
                    Crash(which);
                    break;
                case 12:
                    // A lease runs out though its holder lives: what it does from now on is a zombie's work.
                    _database.Expire(instance.Number);
                    break;
                case 13:
                    await RetryAsync(instance);
                    break;
                case 14:
                    await StopAsync(which);
                    break;
                default:
                    instance.Writer.FailNext((SimulatedFault)_random.Next(4));
                    break;
            }
        }

        // Promises 1, 2 and 4 after each step, whatever is under way.
        public void Check()
        {
            var when = $"seed {seed}, after {string.Join(' ', _history)}";
            foreach (var (id, amount) in _promised)
            {
                _database.Rows.Should().ContainKey(id, when);
                _database.Rows[id].Amount.Should().Be(amount, "the first content stays: {0}", when);
            }

            foreach (var row in _database.Rows.Values)
            {
                row.Ends.Should().BeLessThanOrEqualTo(row.Rounds, "a round ends once: {0}", when);
            }

            foreach (var instance in _instances.Where(instance => !instance.HasLosses))
            {
                _database.Rows.Values.Where(row => row.Status == TransactionStatus.Processing && row.ClaimedBy == instance.Number)
                    .Should().NotContain(row => !instance.Holds(row.Id), "what is claimed is in memory: {0}", when);
            }
        }

        // Promise 3: when nothing fails any more, everything is processed.
        public async Task SettleAsync()
        {
            for (var round = 0; round < 200 && Unfinished().Any(); round++)
            {
                foreach (var instance in _instances)
                {
                    instance.Writer.FailNext(SimulatedFault.None);
                    await instance.ReleaseStraysAsync(Unfinished().Where(row => row.ClaimedBy == instance.Number).Select(row => row.Id).ToArray());
                    await instance.RecoverAsync();
                    await WorkAsync(instance, hasFailed: false);
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

            // A conflict promises that the other content is there.
            if (outcome is AddOutcome.Added or AddOutcome.Duplicate)
            {
                _promised[id] = amount;
            }
        }

        private async Task WorkAsync(SimulatedInstance instance, bool hasFailed)
        {
            instance.TakeAll();
            foreach (var id in instance.Working.ToArray())
            {
                try
                {
                    await instance.Store.CompleteAsync(Attempts.Finish(
                        id, hasFailed ? TransactionStatus.Failed : TransactionStatus.Processed, _clock.GetUtcNow())).Soon();
                    instance.Working.Remove(id);
                }
                catch (StoreUnavailableException)
                {
                    // It is held still, and is completed another time.
                }
            }
        }

        private async Task RetryAsync(SimulatedInstance instance)
        {
            string[] failed = [.. _database.Rows.Values.Where(row => row.Status == TransactionStatus.Failed).Select(row => row.Id)];
            try
            {
                _ = await instance.Store.RetryAsync(failed).Soon();
            }
            catch (StoreUnavailableException)
            {
                // Nothing was moved, or nobody knows.
            }
        }

        // kill -9: its memory is gone, and its lease runs out.
        private void Crash(int which)
        {
            _instances[which].Dispose();
            _database.Expire(_instances[which].Number);
            _instances[which] = New();
        }

        // SIGTERM: it gives up what it holds.
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
                // The lease runs out.
            }

            Crash(which);
        }
    }
}
