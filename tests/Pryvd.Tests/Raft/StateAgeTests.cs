using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using Pryv.Consensus;
using Pryvd.Raft;

namespace Pryvd.Tests.Raft;

/// <summary>Invariant 6: a stale answer says how old it is: how long ago it was all that had been committed.</summary>
public sealed class StateAgeTests
{
    private readonly StateAge _age = new();

    [Fact]
    public void It_is_unknown_before_a_leader_was_heard_and_what_it_told_has_arrived()
    {
        Assert.Null(_age.Of(I(5), Second(1)));
        _age.Heard(I(7), I(5), Second(1));
        Assert.Null(_age.Of(I(6), Second(2)));
        Assert.Equal(TimeSpan.FromSeconds(2), _age.Of(I(7), Second(3)));
    }

    [Fact]
    public void A_node_that_is_behind_grows_old_however_often_it_hears_its_leader()
    {
        _age.Heard(I(10), I(10), Second(1));
        for (var second = 2; second <= 20; second++)
        {
            _age.Heard(I(100), I(50), Second(second));
        }

        Assert.Equal(TimeSpan.FromSeconds(19), _age.Of(I(50), Second(20)));
        Assert.Equal(TimeSpan.FromSeconds(0), _age.Of(I(100), Second(20)));
    }

    /// <summary>A leader tells a follower in heartbeats only as much as that one has.</summary>
    [Fact]
    public void A_lower_commit_than_was_told_before_makes_nothing_younger()
    {
        _age.Heard(I(10), I(10), Second(1));
        _age.Heard(I(100), I(10), Second(2));
        _age.Heard(I(10), I(10), Second(9));
        Assert.Equal(TimeSpan.FromSeconds(8), _age.Of(I(10), Second(9)));
    }

    /// <summary>Against a list of all that was ever told. Bounded memory may make it look older, never younger.</summary>
    [Fact]
    public void It_is_never_younger_than_the_truth() => Check.QuickThrowOnFailure(Prop.ForAll<(byte Commit, byte Applied)[]>(IsTrue));

    private static bool IsTrue((byte Commit, byte Applied)[] told)
    {
        var age = new StateAge();
        var (all, commit, applied) = (new List<(long Commit, long At)>(), 0L, 0L);
        for (var i = 0; i < told.Length; i++)
        {
            commit += told[i].Commit % 3;
            applied = Math.Min(commit, applied + (told[i].Applied % 3));
            all.Add((commit, Second(i)));
            age.Heard(I(commit), I(applied), Second(i));
            var truth = all.Where(t => t.Commit <= applied).Select(t => (long?)t.At).Max();
            var said = age.Of(I(applied), Second(i));
            var exact = truth is { } at ? Stopwatch.GetElapsedTime(at, Second(i)) : (TimeSpan?)null;
            if (said < exact || (said is null != exact is null && told.Length <= 60) || (told.Length <= 60 && said != exact))
            {
                return false;
            }
        }

        return true;
    }

    private static LogIndex I(long index) => new(index);

    private static long Second(int second) => (second + 1) * Stopwatch.Frequency;
}
