using System.Globalization;
using FluentAssertions;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;
using WebhookService.Domain;
using WebhookService.Infrastructure.Writing;
using WebhookService.Infrastructure.Writing.Requests;
using WebhookService.Infrastructure.Writing.Sqlite;
using WebhookService.Tests.Support;

namespace WebhookService.Tests.Writing.Sqlite;

[TestFixture]
internal sealed class SqliteBatchWriterTests
{
    // One more than fit into one statement.
    private const int Rows = 9;

    private readonly SqliteFile _file = new();
    private readonly WriteBatch _batch = new(AnswerThreads.Pool);
    private SqliteBatchWriter _writer = null!;

    [SetUp]
    public void Open()
    {
        SqliteSchema.TryCreate(_file.Path).Should().BeTrue();
        _writer = new SqliteBatchWriter(
            _file.Path, new StoreLimits(new(), new()), new ObservableTimeProvider(), NullLogger<SqliteBatchWriter>.Instance);
        _writer.Open();
    }

    [TearDown]
    public async Task Close()
    {
        _writer.Dispose();
        await _file.DisposeAsync();
    }

    [Test]
    public void Commit_WritesRowsThatArriveDuringTheWrite_InTheSameTransaction()
    {
        var late = new Queue<string[]>([[.. Enumerable.Range(0, Rows).Select(i => $"late_{i}")], ["last"]]);
        Arrive("first");

        _writer.Commit(_batch, batch =>
        {
            Stored().Should().BeEmpty("no row is visible before its commit");
            return late.TryDequeue(out var ids) && Arrive(ids);
        });

        _batch.Adds.Should().OnlyContain(add => add.Outcome == AddOutcome.Added);
        Stored().Should().Equal(["first", .. Enumerable.Range(0, Rows).Select(i => $"late_{i}"), "last"]);
        _file.Query("SELECT accepted FROM totals").Single().Should().Equal($"{Rows + 2}");
    }

    [Test]
    public void Commit_RecognizesARepeatedId_ThatArrivesDuringTheWrite()
    {
        Arrive("txn");

        _writer.Commit(_batch, batch => batch.Adds.Count == 1 && Arrive("txn"));

        _batch.Adds.Select(add => add.Outcome).Should().Equal(AddOutcome.Added, AddOutcome.Duplicate);
        Stored().Should().Equal("txn");
    }

    [Test]
    public void Commit_WritesNothing_AndTheNextSucceeds_WhenAnUnexpectedExceptionIsThrown()
    {
        Arrive("txn");
        var commit = () => _writer.Commit(_batch, _ => throw new NotFiniteNumberException("An unexpected exception."));

        commit.Should().Throw<CommitFailedException>().Which.Fault.Should().Be(CommitFault.Rejected, "it was rolled back");

        Stored().Should().BeEmpty();
        _writer.Commit(_batch, _ => false);
        Stored().Should().Equal("txn");
    }

    // The service can promise nothing more on such a file; only a restart or an operator may find out what it holds.
    [Test]
    public void Commit_IsFatal_WhenTheFileIsDamaged()
    {
        _writer.Dispose();
        var index = int.Parse(
            _file.Query("SELECT rootpage FROM sqlite_schema WHERE name = 'ux_transactions_transaction_id'")[0][0],
            CultureInfo.InvariantCulture);
        var pageSize = int.Parse(_file.Query("PRAGMA page_size")[0][0], CultureInfo.InvariantCulture);
        using (var file = File.OpenWrite(_file.Path))
        {
            file.Position = (long)(index - 1) * pageSize;
            file.Write(Enumerable.Repeat((byte)0xff, pageSize).ToArray());
        }

        _writer.Open();
        Arrive("txn");
        var commit = () => _writer.Commit(_batch, _ => false);

        commit.Should().Throw<CommitFailedException>().Which.Fault.Should().Be(CommitFault.Fatal);
    }

    [Test]
    public void Commit_WritesNothing_WhenThereAreNoTotalsToCountIn()
    {
        _file.Execute("DELETE FROM totals");
        Arrive("txn");
        var commit = () => _writer.Commit(_batch, _ => false);

        commit.Should().Throw<CommitFailedException>().WithMessage("The row of totals is missing*");

        Stored().Should().BeEmpty("the totals would be wrong from then on");
    }

    // Returns true so that it can be the result of a callback.
    private bool Arrive(params string[] ids)
    {
        _batch.Adds.AddRange(ids.Select(id => new AddRequest(Transaction.Receive(
            id, "acc_user_789", "acc_merchant_456", 150.50m, "INR", ObservableTimeProvider.Origin))));
        return true;
    }

    private IEnumerable<string> Stored() =>
        _file.Query("SELECT transaction_id FROM transactions ORDER BY sequence").Select(row => row[0]);
}
