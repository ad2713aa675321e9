using System.Text;
using Pryv.Consensus.Log;
using Simulation.Disk;

namespace Pryv.Consensus.Tests.Log;

/// <summary>A log on a simulated disk, with short ways to fill it and to look at it.</summary>
internal sealed class LogFixture
{
    public static readonly LogIdentity Identity = new(new Guid("5f0c3c5e-3c0e-4a55-9a53-0c1f3a8d7e11"), new MemberId(0xabc), Epoch.First);
    public static readonly MemberId Peer = new(0xdef);

    private readonly LogOptions _options;

    public LogFixture(int segmentBytes = 8192, int seed = 1)
    {
        _options = new LogOptions(segmentBytes);
        Disk = new SimDisk(seed);
        Log = DurableLog.Create(Disk, Identity, LogBase.Empty, default, _options);
    }

    public SimDisk Disk { get; }

    public DurableLog Log { get; private set; }

    public static Entry Command(long index, long term, int bytes = 100) =>
        new(new LogIndex(index), new Term(term), EntryKind.Command, Fill(index, term, bytes));

    public static Entry Configuration(long index, long term, string text) =>
        new(new LogIndex(index), new Term(term), EntryKind.Configuration, Encoding.UTF8.GetBytes(text));

    public static Entry[] Commands(long first, long last, long term, int bytes = 100) =>
        [.. Enumerable.Range((int)first, (int)(last - first + 1)).Select(index => Command(index, term, bytes))];

    public static HardState State(long term, long commit, MemberId vote = default) => new(new Term(term), vote, new LogIndex(commit));

    public static string Describe(Entry entry) =>
        $"{entry.Index}/{entry.Term}/{entry.Kind}/{Convert.ToHexString(entry.Data.Span)}";

    /// <summary>Appends and flushes.</summary>
    public void Write(HardState? hardState, params Entry[] entries)
    {
        Log.Append(hardState, entries);
        Log.Flush();
    }

    /// <summary>The process dies and starts again; what it wrote is still in the page cache.</summary>
    public void Restart()
    {
        Log.Dispose();
        Log = DurableLog.Open(Disk, _options);
    }

    /// <summary>The machine dies and starts again.</summary>
    public void Crash()
    {
        Disk.Crash();
        Log = DurableLog.Open(Disk, _options);
    }

    public IReadOnlyList<string> Entries() => Entries(Log);

    public static IReadOnlyList<string> Entries(DurableLog log) =>
        log.Last < log.First ? [] : [.. log.Read(log.First, log.Last, int.MaxValue).Select(Describe)];

    /// <summary>The names of the segment files, ascending.</summary>
    public string[] Files() => [.. Disk.List().Order(StringComparer.Ordinal)];

    public static IReadOnlyList<string> Described(IEnumerable<Entry> entries) => [.. entries.Select(Describe)];

    private static byte[] Fill(long index, long term, int bytes)
    {
        var data = new byte[bytes];
        new Random((int)(index * 31 + term)).NextBytes(data);
        return data;
    }
}
