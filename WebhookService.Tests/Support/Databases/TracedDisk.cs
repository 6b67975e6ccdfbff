using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace WebhookService.Tests.Support.Databases;

/// <summary>
/// A disk after a power failure at some line of a trace: everything that was synced by then, and a part of the rest
/// that the seed selects.
/// </summary>
/// <remarks>
/// Built from <c>strace -f -y -xx</c> of <c>pwrite64</c>, <c>ftruncate</c> and <c>fsync</c>. A write is durable if its
/// line precedes the start of an fsync of its file that ended before the power failed. strace writes a line when a call
/// ends, or when it begins and is "unfinished".
/// </remarks>
internal sealed partial class TracedDisk(string directory)
{
    private const int Sector = 512;

    private readonly Dictionary<string, List<Change>> _unsynced = [];
    private readonly Dictionary<string, Dictionary<long, byte[]>> _synced = [];
    private readonly Dictionary<(string Thread, string File), int> _syncing = [];

    /// <summary>Decodes text of the trace, in which each byte is written as <c>\x41</c>.</summary>
    public static byte[] Bytes(string text) => Convert.FromHexString(text.Replace("\\x", "", StringComparison.Ordinal));

    /// <summary>Whether the file belongs to the database and outlives the process.</summary>
    public static bool Holds(string path) => path.EndsWith(".db", StringComparison.Ordinal) || path.EndsWith("-wal", StringComparison.Ordinal);

    /// <summary>Applies the next line of the trace.</summary>
    public void Apply(string line)
    {
        if (Write().Match(line) is { Success: true } write && Path(write) is var written && Holds(written))
        {
            var data = Bytes(write.Groups["data"].Value);
            Changes(written).Add(new Change(long.Parse(write.Groups["at"].Value, CultureInfo.InvariantCulture), data));
        }
        else if (Sync().Match(line) is { Success: true } sync && Path(sync) is var synced && Holds(synced))
        {
            _syncing[(sync.Groups["thread"].Value, synced)] = Changes(synced).Count;
            Finish(sync.Groups["thread"].Value, line);
        }
        else if (Resumed().Match(line) is { Success: true } resumed)
        {
            Finish(resumed.Groups["thread"].Value, line);
        }
    }

    /// <summary>Writes the current content of the disk to another directory.</summary>
    public void Save(string target, Random random)
    {
        foreach (var name in Directory.GetFiles(directory).Select(System.IO.Path.GetFileName).OfType<string>().Union(_unsynced.Keys).Where(Holds))
        {
            using var file = new FileStream(System.IO.Path.Combine(target, name), FileMode.Create, FileAccess.Write);
            foreach (var (at, sector) in Sectors(name))
            {
                file.Position = at;
                file.Write(sector);
            }

            // Each sector that was not synced may or may not have been written, in any order.
            foreach (var change in Changes(name))
            {
                for (var at = 0; at < change.Data.Length; at += Sector)
                {
                    if (random.Next(2) == 0)
                    {
                        file.Position = change.At + at;
                        file.Write(change.Data.AsSpan(at, Math.Min(Sector, change.Data.Length - at)));
                    }
                }
            }
        }
    }

    // The name is enough: all the files are in one directory.
    private static string Path(Match match) =>
        System.IO.Path.GetFileName(Encoding.UTF8.GetString(Bytes(match.Groups["path"].Value)));

    private void Finish(string thread, string line)
    {
        if (!line.TrimEnd().EndsWith("= 0", StringComparison.Ordinal))
        {
            return;
        }

        foreach (var (key, count) in _syncing.Where(syncing => syncing.Key.Thread == thread).ToArray())
        {
            _syncing.Remove(key);
            foreach (var change in Changes(key.File).Take(count))
            {
                Keep(key.File, change);
            }

            Changes(key.File).RemoveRange(0, count);
        }
    }

    // Sector by sector; a later write replaces an earlier one.
    private void Keep(string path, Change change)
    {
        var sectors = Sectors(path);
        for (var at = 0; at < change.Data.Length;)
        {
            var place = change.At + at;
            var start = place - (place % Sector);
            var length = (int)Math.Min(start + Sector - place, change.Data.Length - at);
            if (!sectors.TryGetValue(start, out var sector))
            {
                sectors[start] = sector = new byte[Sector];
            }

            change.Data.AsSpan(at, length).CopyTo(sector.AsSpan((int)(place - start)));
            at += length;
        }
    }

    private List<Change> Changes(string path) => _unsynced.TryGetValue(path, out var changes) ? changes : _unsynced[path] = [];

    private Dictionary<long, byte[]> Sectors(string path)
    {
        if (!_synced.TryGetValue(path, out var sectors))
        {
            _synced[path] = sectors = [];

            // The content before the trace began.
            var start = System.IO.Path.Combine(directory, path);
            if (File.Exists(start))
            {
                Keep(path, new Change(0, File.ReadAllBytes(start)));
            }
        }

        return sectors;
    }

    // 123 pwrite64(25</tmp/x/transactions.db-wal>, "\x37\x7f", 2, 0) = 2
    [GeneratedRegex(@"^\d+ +pwrite64\(\d+<(?<path>[^>]+)>, ""(?<data>[^""]*)"", \d+, (?<at>\d+)")]
    private static partial Regex Write();

    [GeneratedRegex(@"^(?<thread>\d+) +f(data)?sync\(\d+<(?<path>[^>]+)>")]
    private static partial Regex Sync();

    [GeneratedRegex(@"^(?<thread>\d+) +<\.\.\. f(data)?sync resumed>")]
    private static partial Regex Resumed();

    private sealed record Change(long At, byte[] Data);
}
