using FluentAssertions;
using Npgsql;
using NUnit.Framework;
using WebhookService.Infrastructure.Writing;

namespace WebhookService.Tests.Writing;

[TestFixture]
internal sealed class StoreFaultTests
{
    [Test]
    public void Describe_SaysWhatToSet_WhenAPoolerHasLostAPreparedStatement()
    {
        var lost = new PostgresException("prepared statement \"_auto0\" does not exist", "ERROR", "ERROR", "26000");

        StoreFault.Describe(lost).Should().EndWith(": a pooler in transaction mode needs Max Auto Prepare=0 in DATABASE_URL.");
    }
}
