using FluentAssertions;
using Microsoft.Data.SqlClient;
using Npgsql;
using NUnit.Framework;
using WebhookService.Infrastructure.Model;

namespace WebhookService.Tests.Model;

[TestFixture]
internal sealed class DatabaseTargetTests
{
    [TestCase("postgresql://bob:secret@db:5433/pay", "db", 5433, "pay", "bob", "secret")]
    [TestCase("postgres://db/pay", "db", 5432, "pay", null, null)]
    [TestCase("POSTGRESQL://bob@[::1]/pay/", "::1", 5432, "pay", "bob", null)]
    [TestCase("postgresql://bob:a,b@db1:5433,db2:5434/pay?target_session_attrs=primary", "db1:5433,db2:5434", 5432, "pay", "bob", "a,b")]
    [TestCase("postgresql://db1,db2/pay", "db1,db2", 5432, "pay", null, null)]
    [TestCase("postgresql://b%40b:p%2F%3A%3F%23%25w%C3%BC@db/my%20pay", "db", 5432, "my pay", "b@b", "p/:?#%wü")]
    public void Parse_ReadsAPostgresUrl(string url, string host, int port, string database, string? user, string? password)
    {
        var target = DatabaseTarget.Parse(url);

        var connection = new NpgsqlConnectionStringBuilder(target.Address);
        target.Kind.Should().Be(DatabaseKind.PostgreSql);
        (connection.Host, connection.Port, connection.Database).Should().Be((host, port, database));
        (connection.Username, connection.Password).Should().Be((user, password));
        target.Name.Should().Be($"{database} on PostgreSQL at {host}");
    }

    [TestCase("sslmode=require", SslMode.Require)]
    [TestCase("sslmode=verify-full", SslMode.VerifyFull)]
    [TestCase("SSL%20Mode=VerifyCA", SslMode.VerifyCA)]
    public void Parse_CarriesTlsToPostgres(string query, SslMode mode)
    {
        var url = $"postgresql://db/pay?{query}&sslrootcert=/ca.pem&sslcert=/c.pem&sslkey=/k.pem"
            + "&connect_timeout=7&gssencmode=disable&Maximum%20Pool%20Size=9";

        var connection = new NpgsqlConnectionStringBuilder(DatabaseTarget.Parse(url).Address);

        connection.SslMode.Should().Be(mode);
        (connection.RootCertificate, connection.SslCertificate, connection.SslKey).Should().Be(("/ca.pem", "/c.pem", "/k.pem"));
        (connection.Timeout, connection.MaxPoolSize).Should().Be((7, 9));
        connection.GssEncryptionMode.Should().Be(GssEncryptionMode.Disable);
    }

    [TestCase("sqlserver://sa:p%40ss@db:1444/pay?encrypt=true&trustServerCertificate=false", "db,1444", true, false)]
    [TestCase("sqlserver://sa:p%40ss@db/pay", "db", true, false)]
    [TestCase("sqlserver://sa:p%40ss@db/pay?Encrypt=Optional&TrustServerCertificate=True", "db", false, true)]
    public void Parse_ReadsASqlServerUrl(string url, string server, bool encrypts, bool trusts)
    {
        var target = DatabaseTarget.Parse(url);

        var connection = new SqlConnectionStringBuilder(target.Address);
        target.Kind.Should().Be(DatabaseKind.SqlServer);
        (connection.DataSource, connection.InitialCatalog).Should().Be((server, "pay"));
        (connection.UserID, connection.Password).Should().Be(("sa", "p@ss"));
        (connection.Encrypt == SqlConnectionEncryptOption.Mandatory, connection.TrustServerCertificate).Should().Be((encrypts, trusts));
        target.Name.Should().Be("pay on SQL Server at db");
    }

    [TestCase("", "no scheme")]
    [TestCase("mysql://root:hunter2@db/x", "'mysql'")]
    [TestCase("postgresql://bob:hunter2@db", "a database")]
    [TestCase("postgresql://bob:hunter2@/pay", "postgresql://")]
    [TestCase("postgresql://bob:hunter2@db:99999/pay", "postgresql://")]
    [TestCase("postgresql://bob:hunter2@db/pay?sslmod=require", "'sslmod'")]
    [TestCase("postgresql://bob:hunter2@db/pay?sslmode=hunter2", "'sslmode'")]
    [TestCase("postgresql://bob:hunter2@db/pay?connect_timeout=hunter2", "'connect_timeout'")]
    [TestCase("sqlserver://sa:hunter2@db", "sqlserver://")]
    [TestCase("sqlserver://sa:hunter2@db,1433/pay", "sqlserver://")]
    [TestCase("sqlserver://sa:hunter2@db/pay?encrypt=hunter2", "'encrypt'")]
    [TestCase("sqlserver://sa:hunter2@db/pay?nonsense=1", "'nonsense'")]
    [TestCase("sqlite://x.db", "three slashes")]
    [TestCase("sqlite:///:memory:", "memory")]
    [TestCase("sqlite:///x.db?mode=ro", "options")]
    [TestCase("sqlite:////no/such/directory/x.db", "does not exist")]
    [TestCase("sqlite:////tmp", "is a directory")]
    public void Parse_SaysWhatIsWrong_AndNoPassword(string url, string expected)
    {
        var parse = () => DatabaseTarget.Parse(url);

        var message = parse.Should().Throw<FormatException>().Which.Message;
        message.Should().StartWith("DATABASE_URL").And.Contain(expected).And.NotContain("hunter2");
    }
}
