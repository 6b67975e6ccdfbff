using System.Reflection;
using FluentAssertions;
using Microsoft.Data.SqlClient;
using NUnit.Framework;
using WebhookService.Infrastructure.Writing;
using WebhookService.Infrastructure.Writing.SqlServer;

namespace WebhookService.Tests.Writing.SqlServer;

/// <summary>What the errors of SQL Server mean for a batch.</summary>
/// <remarks>
/// https://learn.microsoft.com/sql/relational-databases/errors-events/database-engine-events-and-errors
/// </remarks>
[TestFixture]
internal sealed class SqlServerFaultTests
{
    // The batch is tried again on the same connection: the server has rolled back.
    [TestCase(1205, 13, TestName = "deadlock victim")]
    [TestCase(2627, 14, TestName = "another instance has added the id")]
    [TestCase(2601, 14, TestName = "another instance has added the key")]
    public void Error_MeansThatTheBatchIsTriedAgain(int number, int severity) =>
        Classify(number, severity).Should().Be(CommitFault.Busy);

    // The batch may have been written or not, and another connection may find a server that can write.
    [TestCase(-2, 11, TestName = "timeout")]
    [TestCase(3906, 16, TestName = "the database is read-only: it has become a secondary")]
    [TestCase(40197, 17, TestName = "Azure SQL moves the database")]
    [TestCase(40501, 20, TestName = "Azure SQL throttles")]
    [TestCase(40613, 17, TestName = "the database is not available")]
    [TestCase(40613, 14, TestName = "the database is not available, at any severity")]
    [TestCase(40197, 16, TestName = "Azure SQL moves the database, at any severity")]
    [TestCase(40501, 16, TestName = "Azure SQL throttles, at any severity")]
    [TestCase(701, 17, TestName = "out of memory")]
    [TestCase(1105, 17, TestName = "the file group is full")]
    [TestCase(9002, 17, TestName = "the log is full")]
    [TestCase(1204, 19, TestName = "out of locks")]
    [TestCase(823, 24, TestName = "the disk failed")]
    [TestCase(10054, 20, TestName = "the connection broke")]
    public void Error_MeansThatOnlyANewConnectionKnows(int number, int severity) =>
        Classify(number, severity).Should().Be(CommitFault.Unknown);

    [TestCase(547, 16, TestName = "constraint")]
    [TestCase(515, 16, TestName = "null")]
    [TestCase(8152, 16, TestName = "truncation")]
    [TestCase(2628, 16, TestName = "truncation of a named column")]
    [TestCase(8114, 16, TestName = "conversion")]
    [TestCase(50_000, 16, TestName = "raised by a trigger")]
    public void Error_MeansThatARowIsAtFault(int number, int severity) =>
        Classify(number, severity).Should().Be(CommitFault.Row);

    [TestCase(208, 16, TestName = "no such table")]
    [TestCase(229, 14, TestName = "no permission")]
    public void Error_MeansThatTheBatchIsRejected(int number, int severity) =>
        Classify(number, severity).Should().Be(CommitFault.Rejected);

    [Test]
    public void AnythingElse_MeansThatOnlyANewConnectionKnows() =>
        new SqlServerDialect("Server=nowhere", TimeSpan.FromSeconds(5)).Classify(new InvalidOperationException())
            .Should().Be(CommitFault.Unknown);

    private static CommitFault Classify(int number, int severity) =>
        new SqlServerDialect("Server=nowhere", TimeSpan.FromSeconds(5)).Classify(Exception(number, (byte)severity));

    // The driver offers no other way to make one.
    private static SqlException Exception(int number, byte severity)
    {
        const BindingFlags hidden = BindingFlags.Instance | BindingFlags.Static | BindingFlags.NonPublic;
        var error = typeof(SqlError).GetConstructors(hidden)
            .Single(constructor => constructor.GetParameters() is { Length: 8 } parameters
                && parameters[6].ParameterType == typeof(int))
            .Invoke([number, (byte)1, severity, "server", "message", "procedure", 1, null]);
        var errors = (SqlErrorCollection)Activator.CreateInstance(typeof(SqlErrorCollection), nonPublic: true)!;
        typeof(SqlErrorCollection).GetMethod("Add", hidden)!.Invoke(errors, [error]);
        var create = typeof(SqlException).GetMethod("CreateException", hidden, [typeof(SqlErrorCollection), typeof(string)])!;
        return (SqlException)create.Invoke(null, [errors, "16.0"])!;
    }
}
