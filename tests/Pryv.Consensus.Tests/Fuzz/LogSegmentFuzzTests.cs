using Pryv.Consensus.Log;
using Pryv.Consensus.Tests.Log;
using Pryvd.Tests.Fuzz;

namespace Pryv.Consensus.Tests.Fuzz;

/// <summary>
/// Invariant 3: a log with bytes changed is reported as damaged, or it is what it was, but for flushes of which nothing that is whole can
/// tell (DESIGN.md of the log): the very last one, where one byte is changed. It is never read as what it never was.
/// </summary>
[Trait("Category", "Fuzz")]
public sealed class LogSegmentFuzzTests
{
    private static readonly LogOptions Small = new(8192);

    [Fact]
    public Task One_byte_changed_is_reported_or_touches_nothing_but_the_last_flush() => FuzzRuns.EachAsync(400, random => Play(random, untold: 2, whole =>
    {
        var changed = whole.ToArray();
        changed[random.Next(changed.Length)] ^= (byte)random.Next(1, 256);
        return changed;
    }));

    [Fact]
    public Task Whatever_is_changed_a_log_is_reported_or_read_as_it_once_was() =>
        FuzzRuns.EachAsync(400, random => Play(random, untold: int.MaxValue, whole => Mutated.Of(whole, random)));

    /// <param name="random">What is written and which segment is changed.</param>
    /// <param name="untold">One of so many flushes, counted from the end, may be what is read.</param>
    /// <param name="change">What becomes of one segment's bytes.</param>
    private static void Play(Random random, int untold, Func<byte[], byte[]> change)
    {
        using var folder = new TempFolder();
        var flushes = Write(folder.Path, random);
        var segments = Directory.GetFiles(folder.Path, "*.log").Order(StringComparer.Ordinal).ToList();
        var segment = segments[random.Next(segments.Count)];
        File.WriteAllBytes(segment, change(File.ReadAllBytes(segment)));
        Judge(folder.Path, [.. flushes.TakeLast(untold)]);
    }

    /// <summary>Some flushes, each with what the log holds after it.</summary>
    private static List<(HardState State, List<Entry> Entries)> Write(string path, Random random)
    {
        var (state, entries) = (default(HardState), new List<Entry>());
        var flushes = new List<(HardState, List<Entry>)> { (state, [.. entries]) };
        using var log = DurableLog.Create(new LibcDisk(path), LogFixture.Identity, LogBase.Empty, default, Small);
        for (var flush = random.Next(2, 20); flush > 0; flush--)
        {
            var first = random.Next(5) == 0 && entries.Count > 2 ? entries.Count - 1 : entries.Count + 1;
            var term = state.Term.Value + (first <= entries.Count ? 1 : random.Next(2));
            var more = LogFixture.Commands(first, first + random.Next(4), Math.Max(1, term), random.Next(1, 900));
            state = new HardState(new Term(Math.Max(1, term)), MemberId.None, state.Commit);
            log.Append(state, more);
            log.Flush();
            entries = [.. entries.Take(first - 1), .. more];
            flushes.Add((state, [.. entries]));
        }

        return flushes;
    }

    private static void Judge(string path, List<(HardState State, List<Entry> Entries)> flushes)
    {
        DurableLog log;
        try
        {
            log = DurableLog.Open(new LibcDisk(path), Small);
        }
        catch (Exception reported) when (reported is LogDamageException or LogVersionException or DiskException)
        {
            return;
        }

        using (log)
        {
            var found = log.Last == LogIndex.Zero ? [] : log.Read(log.First, log.Last, int.MaxValue).Select(LogFixture.Describe).ToList();

            // A new segment's header may keep the state of a flush whose entries are gone.
            Assert.True(flushes.Exists(flush => log.HardState == flush.State), $"{log.HardState} is neither of {string.Join(" and ", flushes.Select(f => f.State))}");
            Assert.True(
                flushes.Exists(flush => found.SequenceEqual(flush.Entries.Select(LogFixture.Describe))),
                $"{found.Count} entries are neither the {string.Join(" nor the ", flushes.Select(f => f.Entries.Count))} of the flushes");
        }
    }
}
