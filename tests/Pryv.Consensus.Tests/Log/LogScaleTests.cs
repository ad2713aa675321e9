using Pryv.Consensus.Log;
using static Pryv.Consensus.Tests.Log.LogFixture;

namespace Pryv.Consensus.Tests.Log;

/// <summary>Runs while nothing else does: it measures the memory of the whole process.</summary>
[CollectionDefinition(nameof(LogScaleTests), DisableParallelization = true)]
public sealed class Alone;

/// <summary>Invariant 10: what the log holds in memory is small, and readers do not get in the writer's way.</summary>
[Collection(nameof(LogScaleTests))]
public sealed class LogScaleTests
{
    [Fact]
    public void A_million_entries_cost_less_than_30_megabytes_of_memory()
    {
        using var folder = new TempFolder();
        using var log = DurableLog.Create(new LibcDisk(folder.Path), Identity, LogBase.Empty, default, LogOptions.Default);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 1000; i++)
        {
            log.Append(null, Commands((i * 1000) + 1, (i + 1) * 1000, 1 + (i / 10), bytes: 10));
        }

        log.Flush();
        var cost = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.Equal(1_000_000, log.Last.Value);
        Assert.InRange(cost, 0, 30_000_000);
    }

    [Fact]
    public async Task Entries_can_be_read_while_others_are_appended_and_compacted()
    {
        const long last = 5000;
        using var folder = new TempFolder();
        using var log = DurableLog.Create(new LibcDisk(folder.Path), Identity, LogBase.Empty, default, new LogOptions(8192));
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        long needed = 1;
        var reader = Task.Run(() =>
        {
            while (needed < last)
            {
                deadline.Token.ThrowIfCancellationRequested();
                var end = log.Last;
                if (end.Value >= needed)
                {
                    Assert.Equal(Describe(Command(needed, 1)), Describe(log.Read(new LogIndex(needed), end, 4000)[0]));
                    Volatile.Write(ref needed, end.Value);
                }
            }
        });
        for (var i = 1; i <= last; i++)
        {
            log.Append(State(1, i), [Command(i, 1)]);
            if (i % 100 == 0)
            {
                log.Flush();
                log.CompactTo(new LogIndex(Volatile.Read(ref needed) - 1));
            }
        }

        await reader;
    }
}
