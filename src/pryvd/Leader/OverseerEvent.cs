using Pryv.Consensus;
using Pryv.Internal.V1;
using Pryvd.Model;

namespace Pryvd.Leader;

/// <summary>What the overseer hears.</summary>
public abstract record OverseerEvent
{
    private OverseerEvent()
    {
    }

    /// <summary>This node leads, has committed an entry of its own term, and has applied all that was committed before.</summary>
    public sealed record Led(ClusterState State, LogIndex Applied, Epoch Epoch) : OverseerEvent;

    /// <summary>This node leads no more.</summary>
    public sealed record Lost : OverseerEvent;

    /// <summary>Something was applied.</summary>
    public sealed record Changed(ClusterState State, LogIndex Applied) : OverseerEvent;

    /// <summary>A node's report came in, and its name is that of its certificate.</summary>
    /// <param name="Ticket">For the answer.</param>
    public sealed record Reported(long Ticket, AgentReport Report) : OverseerEvent;

    /// <summary>Answers <see cref="OverseerEffect.Confirm"/>.</summary>
    /// <param name="Leads">A quorum said, after the round began, that this node leads; the state holds all that was committed before it began.</param>
    public sealed record Confirmed(long Round, bool Leads, ClusterState State, LogIndex Applied) : OverseerEvent;

    /// <summary>Answers <see cref="OverseerEffect.Propose"/>.</summary>
    /// <param name="Index">Where it was applied.</param>
    /// <param name="Message">What was refused of it, or empty.</param>
    public sealed record Answered(long Proposal, ProposalFate Fate, LogIndex Index, string Message) : OverseerEvent;

    /// <summary>Time passed.</summary>
    public sealed record Tick : OverseerEvent;
}

/// <summary>What became of a proposal.</summary>
public enum ProposalFate
{
    /// <summary>It was applied, or some of it was refused at apply.</summary>
    Applied,

    /// <summary>It was not taken and never will be.</summary>
    NotTaken,

    /// <summary>It may come to be applied or not.</summary>
    Unknown,
}
