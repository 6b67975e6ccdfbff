using System.Security.Cryptography;
using WebhookService.Infrastructure.Administration;
using WebhookService.Infrastructure.Copying.Sides;

namespace WebhookService.Infrastructure.Copying;

/// <summary>Reads a table of both databases again, and compares the hash of each row.</summary>
/// <param name="source">The rows of the source.</param>
/// <param name="target">The rows of the target.</param>
/// <param name="table">The table.</param>
internal sealed class RowComparison(RowReader source, RowReader target, CopyTable table)
{
    /// <summary>Reports each row that differs, or is in one database only; calls back as rows are compared.</summary>
    /// <returns>The number of rows in the source, and the SHA-256 of all of their hashes.</returns>
    public async Task<(long Rows, string Hash)> RunAsync(
        Findings findings, Action<long> compared, CancellationToken cancellationToken)
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var expected = new ReadAhead<Hashed[]>(Hash(source), cancellationToken);
        await using var _ = expected.ConfigureAwait(false);
        var found = new ReadAhead<Hashed[]>(Hash(target), cancellationToken);
        await using var __ = found.ConfigureAwait(false);
        var left = new Cursor(expected, cancellationToken);
        await using var ___ = left.ConfigureAwait(false);
        var right = new Cursor(found, cancellationToken);
        await using var ____ = right.ConfigureAwait(false);

        await left.MoveNextAsync().ConfigureAwait(false);
        await right.MoveNextAsync().ConfigureAwait(false);
        var rows = 0L;
        while (left.Current is not null || right.Current is not null)
        {
            var order = Compare(left.Current?.Key, right.Current?.Key);
            if (order != 0)
            {
                findings.Add(order < 0
                    ? $"{Name(left.Current!.Value)} is missing in the target"
                    : $"{Name(right.Current!.Value)} is only in the target");
            }
            else if (!left.Current!.Value.Hash.AsSpan().SequenceEqual(right.Current!.Value.Hash))
            {
                findings.Add($"{Name(left.Current.Value)} differs");
            }

            if (order <= 0)
            {
                all.AppendData(left.Current!.Value.Hash);
                compared(++rows);
                await left.MoveNextAsync().ConfigureAwait(false);
            }

            if (order >= 0)
            {
                await right.MoveNextAsync().ConfigureAwait(false);
            }
        }

        findings.EndKind();
        return (rows, Convert.ToHexStringLower(all.GetHashAndReset()));
    }

    private IEnumerable<Hashed[]> Hash(RowReader reader)
    {
        var hash = new RowHash();
        foreach (var chunk in reader.ReadChunks(after: null))
        {
            yield return [.. chunk.Select(row => new Hashed(table.KeyOf(row), hash.Compute(row)))];
        }
    }

    private string Name(Hashed row) =>
        $"{table.Name}: the row {string.Join(", ", row.Key.Select(CopyMarker.ToText))}";

    // The end of a table comes after all keys.
    private static int Compare(object[]? left, object[]? right)
    {
        if (left is null || right is null)
        {
            return (left is null).CompareTo(right is null);
        }

        for (var i = 0; i < left.Length; i++)
        {
            var order = left[i] is byte[] bytes
                ? bytes.AsSpan().SequenceCompareTo((byte[])right[i])
                : ((long)left[i]).CompareTo((long)right[i]);
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }

    private readonly record struct Hashed(object[] Key, byte[] Hash);

    /// <summary>The rows of one database, one by one.</summary>
    private sealed class Cursor(ReadAhead<Hashed[]> rows, CancellationToken cancellationToken) : IAsyncDisposable
    {
        private readonly IAsyncEnumerator<Hashed[]> _chunks =
            rows.ReadAllAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);

        private Hashed[] _chunk = [];
        private int _next;

        /// <summary>The current row; null after the last one.</summary>
        public Hashed? Current { get; private set; }

        public async ValueTask MoveNextAsync()
        {
            if (_next == _chunk.Length)
            {
                _chunk = await _chunks.MoveNextAsync().ConfigureAwait(false) ? _chunks.Current : [];
                _next = 0;
            }

            Current = _chunk.Length == 0 ? null : _chunk[_next++];
        }

        public ValueTask DisposeAsync() => _chunks.DisposeAsync();
    }
}
