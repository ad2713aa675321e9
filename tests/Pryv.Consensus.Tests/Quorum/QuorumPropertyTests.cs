using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Pryv.Consensus.Quorum;

namespace Pryv.Consensus.Tests.Quorum;

/// <summary>Majorities and joint majorities against definitions that count by hand (Raft, sections 5.3 and 6). Invariant 1.</summary>
public sealed class QuorumPropertyTests
{
    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(2000);

    /// <summary>Up to seven voters in each set, with what each has acknowledged and voted.</summary>
    private static Arbitrary<(int[] Incoming, int[] Outgoing, int[] Acknowledged, int[] Votes)> Cases() =>
        (from incoming in Subset()
         from outgoing in Subset()
         from acknowledged in Gen.Choose(0, 9).ArrayOf(10)
         from votes in Gen.Choose(-1, 1).ArrayOf(10)
         select (incoming, outgoing, acknowledged, votes)).ToArbitrary();

    [Fact]
    public void An_index_is_committed_when_more_than_half_of_each_set_have_it() => Prop.ForAll(Cases(), c =>
    {
        var committed = Joint(c.Incoming, c.Outgoing).Committed(id => new LogIndex(c.Acknowledged[(int)id.Value])).Value;
        var expected = Enumerable.Range(0, 10).Where(index => Agrees(c.Incoming, v => c.Acknowledged[v] >= index) && Agrees(c.Outgoing, v => c.Acknowledged[v] >= index)).Max();
        return c.Incoming.Length + c.Outgoing.Length == 0 ? committed == long.MaxValue : committed == expected;
    }).Check(Thorough);

    [Fact]
    public void A_vote_is_won_by_more_than_half_of_each_set_and_lost_once_that_cannot_come_any_more() => Prop.ForAll(Cases(), c =>
    {
        var result = Joint(c.Incoming, c.Outgoing).Result(id => c.Votes[id.Value] switch { 1 => true, 0 => false, _ => null });
        var won = Agrees(c.Incoming, v => c.Votes[v] == 1) && Agrees(c.Outgoing, v => c.Votes[v] == 1);
        var open = Agrees(c.Incoming, v => c.Votes[v] != 0) && Agrees(c.Outgoing, v => c.Votes[v] != 0);
        return result == (won ? VoteResult.Won : open ? VoteResult.Pending : VoteResult.Lost);
    }).Check(Thorough);

    [Fact]
    public void Two_decisions_of_one_set_share_a_voter() => Prop.ForAll(Cases(), c =>
    {
        bool Wins(Func<int, bool> side) => Joint(c.Incoming, []).Result(id => side((int)id.Value)) == VoteResult.Won;
        return c.Incoming.Length == 0 || !(Wins(v => c.Votes[v] == 1) && Wins(v => c.Votes[v] != 1));
    }).Check(Thorough);

    private static Gen<int[]> Subset() => Gen.Choose(0, 7).SelectMany(n => Gen.Shuffle(Enumerable.Range(0, 10)).Select(all => all.Take(n).Order().ToArray()));

    private static bool Agrees(int[] voters, Func<int, bool> has) => voters.Length == 0 || voters.Count(has) * 2 > voters.Length;

    private static JointQuorum Joint(int[] incoming, int[] outgoing) => new(Majority(incoming), Majority(outgoing));

    private static MajorityQuorum Majority(int[] voters) => new([.. voters.Select(v => new MemberId((ulong)v))]);
}
