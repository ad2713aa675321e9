using Pryv.Consensus.Log;
using Simulation.Disk;
using static Pryv.Consensus.Tests.Log.LogFixture;

namespace Pryv.Consensus.Tests.Log;

/// <summary>Invariant 3: a disk that fails or refuses stops the log, and nothing that was acknowledged is lost by it.</summary>
public sealed class LogFaultTests
{
    private readonly LogFixture _fixture = new();

    private DurableLog Log => _fixture.Log;

    [Fact]
    public void After_a_failed_flush_every_call_throws_the_same()
    {
        _fixture.Write(null, Commands(1, 3, 1));
        Log.Append(null, Commands(4, 5, 1));
        _fixture.Disk.Faults.FailingFlush = 1;
        var failure = Assert.Throws<DiskException>(Log.Flush);
        Action[] calls =
        [
            Log.Flush,
            () => Log.Append(null, Commands(6, 6, 1)),
            () => Log.Append(State(2, 0), []),
            () => Log.CompactTo(new LogIndex(1)),
            () => Log.Reset(LogBase.Empty, State(2, 0)),
            () => Log.Rebase(Identity with { Epoch = Identity.Epoch.Next(), Member = Peer }, State(2, 0), default),
            () => Log.Read(new LogIndex(1), new LogIndex(1), 1),
        ];
        Assert.All(calls, call => Assert.Equal(failure.Message, Assert.Throws<DiskException>(call).Message));
        _fixture.Crash();
        Assert.Equal(Described(Commands(1, 3, 1)), _fixture.Entries());
    }

    [Fact]
    public void What_a_failed_flush_left_in_the_page_cache_is_written_again_on_open()
    {
        Log.Append(null, Commands(1, 3, 1));
        _fixture.Disk.Faults.FailingFlush = 1;
        Assert.Throws<DiskException>(Log.Flush);
        _fixture.Restart();
        Assert.Equal(Described(Commands(1, 3, 1)), _fixture.Entries());
        _fixture.Crash();
        Assert.Equal(Described(Commands(1, 3, 1)), _fixture.Entries());
    }

    [Fact]
    public void A_short_write_stops_the_log_and_is_cut_on_open()
    {
        _fixture.Write(null, Commands(1, 3, 1));
        _fixture.Disk.Faults.ShortWrite = 1;
        Assert.Throws<DiskException>(() => Log.Append(null, Commands(4, 9, 1)));
        Assert.Throws<DiskException>(Log.Flush);
        _fixture.Restart();
        Assert.Equal(Described(Commands(1, 3, 1)), _fixture.Entries());
        _fixture.Write(null, Commands(4, 5, 1));
        _fixture.Crash();
        Assert.Equal(Described(Commands(1, 5, 1)), _fixture.Entries());
    }

    [Fact]
    public void A_full_disk_stops_the_log_and_leaves_what_was_flushed()
    {
        _fixture.Disk.Faults.FreeBytes = 20_000;
        var index = 0;
        var failure = Assert.Throws<DiskException>(() =>
        {
            while (index < 1000)
            {
                _fixture.Write(null, Command(index + 1, 1));
                index++;
            }
        });
        Assert.Contains("no space left on device", failure.Message, StringComparison.Ordinal);
        _fixture.Disk.Faults.FreeBytes = long.MaxValue;
        _fixture.Restart();
        Assert.Equal(index, Log.Last.Value);
        _fixture.Write(null, Command(index + 1, 1));
        Assert.Equal(Described(Commands(1, index + 1, 1)), _fixture.Entries());
    }

    [Theory]
    [MemberData(nameof(FlushesAndSeeds))]
    public void A_reset_that_is_interrupted_anywhere_leaves_the_old_log_or_the_new_one(int failingFlush, int seed)
    {
        var (fixture, before) = SomeSegments(seed);
        fixture.Disk.Faults.FailingFlush = failingFlush;
        var start = new LogPosition(new LogIndex(500), new Term(4));
        var interrupted = Fails(fixture.Disk, () => fixture.Log.Reset(new LogBase(start, default), State(4, 500)));
        fixture.Crash();
        var after = $"{start} {State(4, 500)} [] []";
        Assert.Contains(LogModel.Describe(fixture.Log), interrupted ? new[] { before, after } : [after]);
    }

    [Theory]
    [MemberData(nameof(FlushesAndSeeds))]
    public void A_rebase_that_is_interrupted_anywhere_leaves_the_old_identity_or_the_new_one(int failingFlush, int seed)
    {
        var (fixture, before) = SomeSegments(seed);
        fixture.Disk.Faults.FailingFlush = failingFlush;
        var recovered = new LogIdentity(Identity.Cluster, new MemberId(77), Identity.Epoch.Next());
        var interrupted = Fails(fixture.Disk, () => fixture.Log.Rebase(recovered, State(9, 30), "alone"u8.ToArray()));
        fixture.Crash();
        var isNew = fixture.Log.Identity == recovered;
        Assert.True(isNew || interrupted);
        Assert.Equal(isNew ? 61 : 60, fixture.Log.Last.Value);
        Assert.Equal(isNew ? 1 : 0, fixture.Log.Configurations.Count);
        Assert.True(isNew || LogModel.Describe(fixture.Log) == before);
    }

    [Theory]
    [MemberData(nameof(FlushesAndSeeds))]
    public void A_compaction_that_is_interrupted_anywhere_keeps_what_was_to_stay(int failingFlush, int seed)
    {
        var (fixture, _) = SomeSegments(seed);
        fixture.Disk.Faults.FailingFlush = failingFlush;
        Fails(fixture.Disk, () => fixture.Log.CompactTo(new LogIndex(30)));
        fixture.Crash();
        Assert.True(fixture.Log.First.Value <= 31);
        Assert.Equal(Described(Commands(fixture.Log.First.Value, 60, 1)), fixture.Entries());
    }

    [Fact]
    public void A_compaction_behind_a_cut_that_is_interrupted_between_two_deletes_is_finished_on_open()
    {
        for (var failingFlush = 1; failingFlush < 6; failingFlush++)
        {
            var (fixture, _) = SomeSegments(failingFlush);
            fixture.Write(null, Commands(31, 35, 2));
            fixture.Disk.Faults.FailingFlush = failingFlush;
            Fails(fixture.Disk, () => fixture.Log.CompactTo(new LogIndex(30)));
            fixture.Restart();
            Assert.Equal(
                Described([.. Commands(1, 30, 1), .. Commands(31, 35, 2)]).TakeLast((int)(35 - fixture.Log.Base.Position.Index.Value)),
                fixture.Entries());
        }
    }

    [Fact]
    public void A_crash_while_the_log_is_created_leaves_none_or_an_empty_one()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var disk = new SimDisk(seed);
            disk.Faults.FailingFlush = (seed % 4) + 1;
            Fails(disk, () => DurableLog.Create(disk, Identity, LogBase.Empty, default, LogOptions.Default));
            disk.Crash();
            using var log = DurableLog.Exists(disk)
                ? DurableLog.Open(disk, LogOptions.Default)
                : DurableLog.Create(disk, Identity, LogBase.Empty, default, LogOptions.Default);
            Assert.Equal(LogIndex.Zero, log.Last);
        }
    }

    public static TheoryData<int, int> FlushesAndSeeds()
    {
        var data = new TheoryData<int, int>();
        for (var flush = 0; flush <= 6; flush++)
        {
            for (var seed = 1; seed <= 5; seed++)
            {
                data.Add(flush, seed);
            }
        }

        return data;
    }

    private static (LogFixture Fixture, string Description) SomeSegments(int seed)
    {
        var fixture = new LogFixture(seed: seed);
        for (var i = 1; i <= 60; i++)
        {
            fixture.Write(State(1, i / 2), Command(i, 1));
        }

        return (fixture, LogModel.Describe(fixture.Log));
    }

    private static bool Fails(SimDisk disk, Action change)
    {
        try
        {
            change();
            return false;
        }
        catch (DiskException)
        {
            return true;
        }
        finally
        {
            disk.Faults.FailingFlush = 0;
        }
    }
}
