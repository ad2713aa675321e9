using Pryv.Consensus;
using Pryv.Consensus.Core;

namespace Simulation;

/// <summary>Election safety: one leader a term, one vote a member and term, given only once it is on disk (Raft, figure 2 and section 5.2).</summary>
public sealed class ElectionCheck
{
    private readonly Dictionary<Term, MemberId> _leaders = [];
    private readonly Dictionary<(MemberId Voter, Term Term), MemberId> _votes = [];

    /// <summary>True when the leader is new.</summary>
    public bool Leads(MemberId member, Term term)
    {
        SimulationException.Require(
            !_leaders.TryGetValue(term, out var known) || known == member, $"election safety: {known} and {member} lead term {term}");
        return _leaders.TryAdd(term, member);
    }

    public void Votes(Machine machine, Message.VoteReply vote)
    {
        if (!vote.Granted)
        {
            return;
        }

        var held = machine.Durable.HardState;
        SimulationException.Require(
            held.Term > vote.Term || (held.Term == vote.Term && held.VotedFor == vote.To),
            $"durable before visible: {machine.Name} votes for {vote.To} in term {vote.Term}, on its disk is {Describe.Of(held)}");
        SimulationException.Require(
            !_votes.TryGetValue((vote.From, vote.Term), out var known) || known == vote.To,
            $"election safety: {machine.Name} votes for {known} and for {vote.To} in term {vote.Term}");
        _votes[(vote.From, vote.Term)] = vote.To;
    }
}
