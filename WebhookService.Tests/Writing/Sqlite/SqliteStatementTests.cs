using FluentAssertions;
using NUnit.Framework;
using SQLitePCL;
using WebhookService.Infrastructure.Writing.Sqlite;

namespace WebhookService.Tests.Writing.Sqlite;

[TestFixture]
internal sealed class SqliteStatementTests
{
    private readonly SqliteFile _file = new();
    private sqlite3 _db = null!;

    [SetUp]
    public void Open() => _db = SqliteHandle.OpenWriter(_file.Path, raw.SQLITE_OPEN_CREATE);

    [TearDown]
    public async Task Close()
    {
        _db.Dispose();
        await _file.DisposeAsync();
    }

    // The second exceeds the text buffer in UTF-8; the third would exceed it if each letter took three bytes.
    [TestCase("")]
    [TestCase("é", 4_100)]
    [TestCase("x", 8_000)]
    [TestCase("日", 50_000)]
    [TestCase("\ud83d\ude00", 3)]
    public void Text_ComesBackAsItWasBound(string letter, int times = 1)
    {
        var text = string.Concat(Enumerable.Repeat(letter, times));
        using var echo = new SqliteStatement(_db, "SELECT ?1");

        echo.Bind(1, text).Step();

        echo.Text(0).Should().Be(text);
    }

    // A later value must not overwrite an earlier one, even when it no longer fits into the buffer.
    [Test]
    public void Texts_StayApart_AlsoWhenTogetherTheyDoNotFit()
    {
        var texts = Enumerable.Range(0, 9).Select(i => new string((char)('a' + i), 1_000)).ToArray();
        var places = string.Join(", ", Enumerable.Repeat("?", texts.Length));
        using var echo = new SqliteStatement(_db, $"SELECT {places}, ?10");
        for (var i = 0; i < texts.Length; i++)
        {
            echo.Bind(i + 1, texts[i]);
        }

        echo.Bind(texts.Length + 1, 12345.60m).Step();

        Enumerable.Range(0, texts.Length).Select(echo.Text).Should().Equal(texts);
        echo.Text(texts.Length).Should().Be("12345.60");
    }

    [Test]
    public void Runs_OfOneStatement_KnowOnlyTheirOwnValues()
    {
        using var create = new SqliteStatement(_db, "CREATE TABLE notes (id INTEGER, note TEXT, amount TEXT)");
        create.Execute();
        using var insert = new SqliteStatement(_db, "INSERT INTO notes VALUES (?1, ?2, ?3)");
        for (var i = 0; i < 1_000; i++)
        {
            insert.Bind(1, i).BindOrNull(2, i % 3 == 0 ? null : $"note {i}").Bind(3, i + 0.5m).Execute();
        }

        _file.Query("SELECT id, note, amount FROM notes ORDER BY id").Should().BeEquivalentTo(
            Enumerable.Range(0, 1_000).Select(i => new[] { $"{i}", i % 3 == 0 ? "" : $"note {i}", $"{i}.50" }),
            rows => rows.WithStrictOrdering());
    }
}
