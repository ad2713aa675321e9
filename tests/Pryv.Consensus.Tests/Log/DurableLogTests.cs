using Pryv.Consensus.Log;
using static Pryv.Consensus.Tests.Log.LogFixture;

namespace Pryv.Consensus.Tests.Log;

/// <summary>M3 and invariant 2: what was flushed is there after a crash.</summary>
public sealed class DurableLogTests
{
    private readonly LogFixture _fixture = new();

    private DurableLog Log => _fixture.Log;

    [Fact]
    public void A_new_log_holds_its_base_and_hard_state()
    {
        var disk = new Simulation.Disk.SimDisk(1);
        var start = new LogBase(new LogPosition(new LogIndex(7), new Term(3)), new byte[] { 1, 2 });
        using (DurableLog.Create(disk, Identity, start, State(4, 7, Peer), LogOptions.Default))
        {
            disk.Crash();
        }

        using var log = DurableLog.Open(disk, LogOptions.Default);
        Assert.Equal(Identity, log.Identity);
        Assert.Equal(start.Position, log.Base.Position);
        Assert.Equal(start.Configuration.ToArray(), log.Base.Configuration.ToArray());
        Assert.Equal(State(4, 7, Peer), log.HardState);
        Assert.Equal((8L, 7L), (log.First.Value, log.Last.Value));
        Assert.Equal(new Term(3), log.TermAt(new LogIndex(7)));
    }

    [Fact]
    public void A_folder_with_a_log_is_not_created_anew()
    {
        Assert.True(DurableLog.Exists(_fixture.Disk));
        Assert.Throws<InvalidOperationException>(
            () => DurableLog.Create(_fixture.Disk, Identity, LogBase.Empty, default, LogOptions.Default));
    }

    [Fact]
    public void A_folder_without_a_log_is_not_opened()
    {
        var disk = new Simulation.Disk.SimDisk(1);
        Assert.False(DurableLog.Exists(disk));
        Assert.Throws<InvalidOperationException>(() => DurableLog.Open(disk, LogOptions.Default));
    }

    [Fact]
    public void Flushed_entries_and_hard_state_survive_a_crash()
    {
        _fixture.Write(State(1, 0, Peer), Commands(1, 5, 1));
        _fixture.Write(State(2, 5), Commands(6, 9, 2));
        _fixture.Crash();
        Assert.Equal(Described([.. Commands(1, 5, 1), .. Commands(6, 9, 2)]), _fixture.Entries());
        Assert.Equal(State(2, 5), Log.HardState);
        Assert.Equal([1L, 1, 2], new[] { 1L, 5, 6 }.Select(index => Log.TermAt(new LogIndex(index)).Value));
    }

    [Fact]
    public void Appended_entries_can_be_read_before_they_are_flushed()
    {
        Log.Append(null, Commands(1, 3, 1));
        Assert.Equal(Described(Commands(1, 3, 1)), _fixture.Entries());
    }

    [Fact]
    public void A_log_spreads_over_segments_and_reads_across_them()
    {
        for (var i = 1; i <= 200; i++)
        {
            _fixture.Write(null, Command(i, 1));
        }

        Assert.True(_fixture.Files().Length > 5);
        Assert.Equal(Described(Commands(1, 200, 1)), _fixture.Entries());
        _fixture.Crash();
        Assert.Equal(Described(Commands(1, 200, 1)), _fixture.Entries());
    }

    [Fact]
    public void An_append_larger_than_a_segment_gets_a_segment_of_its_size()
    {
        _fixture.Write(null, Command(1, 1, 100_000));
        _fixture.Write(null, Command(2, 1));
        _fixture.Crash();
        Assert.Equal(Described([Command(1, 1, 100_000), Command(2, 1)]), _fixture.Entries());
    }

    [Fact]
    public void Read_returns_one_entry_at_least_and_then_as_many_as_fit()
    {
        _fixture.Write(null, Commands(1, 5, 1, bytes: 68));
        Assert.Single(Log.Read(new LogIndex(2), new LogIndex(5), 1));
        Assert.Equal(2, Log.Read(new LogIndex(2), new LogIndex(5), 299).Count);
        Assert.Equal(3, Log.Read(new LogIndex(2), new LogIndex(5), 300).Count);
    }

    [Fact]
    public void The_last_entry_of_an_index_wins_and_voids_all_after_it()
    {
        _fixture.Write(State(1, 1), Commands(1, 6, 1));
        _fixture.Write(State(2, 1), Commands(3, 4, 2));
        Assert.Equal(4, Log.Last.Value);
        _fixture.Crash();
        Assert.Equal(Described([.. Commands(1, 2, 1), .. Commands(3, 4, 2)]), _fixture.Entries());
    }

    [Fact]
    public void A_cut_can_reach_back_over_several_segments()
    {
        for (var i = 1; i <= 200; i++)
        {
            _fixture.Write(null, Command(i, 1));
        }

        _fixture.Write(null, Command(20, 2));
        _fixture.Crash();
        Assert.Equal(Described([.. Commands(1, 19, 1), Command(20, 2)]), _fixture.Entries());
        _fixture.Write(null, Commands(21, 60, 2));
        Log.CompactTo(new LogIndex(19));
        Assert.Equal((20L, 60L), (Log.First.Value, Log.Last.Value));
        _fixture.Crash();
        Assert.Equal(Described([Command(20, 2), .. Commands(21, 60, 2)]), _fixture.Entries());
    }

    [Fact]
    public void Configurations_follow_appends_cuts_and_compaction()
    {
        _fixture.Write(null, Configuration(1, 1, "a"), Configuration(2, 1, "b"), Configuration(3, 1, "c"));
        _fixture.Write(null, Configuration(3, 2, "d"));
        _fixture.Write(null, Commands(4, 120, 2));
        _fixture.Write(null, Configuration(121, 2, "e"));
        string[] all = [.. Log.Configurations.Select(Describe)];
        Assert.Equal(Described([Configuration(1, 1, "a"), Configuration(2, 1, "b"), Configuration(3, 2, "d"), Configuration(121, 2, "e")]), all);
        _fixture.Crash();
        Assert.Equal(all, Log.Configurations.Select(Describe));
        Log.CompactTo(new LogIndex(3));
        Assert.Equal("d"u8.ToArray(), Log.Base.Configuration.ToArray());
        Assert.Equal([121L], Log.Configurations.Select(entry => entry.Index.Value));
    }

    [Fact]
    public void Compaction_drops_whole_segments_and_moves_the_base()
    {
        for (var i = 1; i <= 200; i++)
        {
            _fixture.Write(State(1, i), Command(i, 1));
        }

        var before = _fixture.Files();
        Log.CompactTo(new LogIndex(100));
        Assert.InRange(Log.Base.Position.Index.Value, 60, 100);
        Assert.Equal(new Term(1), Log.TermAt(Log.First.Previous()));
        Assert.True(_fixture.Files().Length < before.Length);
        Log.CompactTo(new LogIndex(200));
        Assert.Single(_fixture.Files());
        var (first, entries) = (Log.First, _fixture.Entries());
        _fixture.Crash();
        Assert.Equal(first, Log.First);
        Assert.Equal(entries, _fixture.Entries());
    }

    [Fact]
    public void Reset_leaves_nothing_but_the_new_base()
    {
        _fixture.Write(State(1, 3), Commands(1, 100, 1));
        Log.Reset(new LogBase(new LogPosition(new LogIndex(500), new Term(4)), new byte[] { 9 }), State(4, 500));
        Assert.Empty(_fixture.Entries());
        _fixture.Write(null, Command(501, 4));
        _fixture.Crash();
        Assert.Equal((500L, 501L), (Log.Base.Position.Index.Value, Log.Last.Value));
        Assert.Equal(State(4, 500), Log.HardState);
        Assert.Single(_fixture.Files());
    }

    [Fact]
    public void Rebase_keeps_the_entries_under_a_new_identity_and_adds_the_configuration()
    {
        var recovered = new LogIdentity(Identity.Cluster, new MemberId(77), Identity.Epoch.Next());
        _fixture.Write(State(3, 2, Peer), Commands(1, 5, 3));
        Log.Rebase(recovered, State(4, 2), "alone"u8.ToArray());
        _fixture.Crash();
        _fixture.Write(null, Commands(7, 100, 4));
        _fixture.Crash();
        Assert.Equal(recovered, Log.Identity);
        Assert.Equal(
            Described([.. Commands(1, 5, 3), Configuration(6, 4, "alone"), .. Commands(7, 100, 4)]), _fixture.Entries());
        Assert.Equal(State(4, 2), Log.HardState);
    }

    [Fact]
    public void Gaps_falling_terms_and_cuts_of_committed_entries_are_refused()
    {
        _fixture.Write(State(2, 2, Peer), Commands(1, 5, 2));
        Assert.Throws<ArgumentException>(() => Log.Append(null, [Command(7, 2)]));
        Assert.Throws<ArgumentException>(() => Log.Append(null, [Command(6, 2), Command(8, 2)]));
        Assert.Throws<ArgumentException>(() => Log.Append(null, [Command(6, 1)]));
        Assert.Throws<ArgumentException>(() => Log.Append(null, [Command(2, 2)]));
        Assert.Throws<ArgumentException>(() => Log.Append(State(1, 2), []));
        Assert.Throws<ArgumentException>(() => Log.Append(State(2, 2, new MemberId(5)), []));
        Assert.Throws<ArgumentException>(() => Log.Append(State(2, 6, Peer), []));
        Assert.Equal(5, _fixture.Entries().Count);
    }
}
