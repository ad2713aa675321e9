using Pryv.Internal.V1;

namespace Pryvd.Leader;

/// <summary>What the overseer wants done.</summary>
public abstract record OverseerEffect
{
    private OverseerEffect()
    {
    }

    /// <summary>Ask a quorum whether this node leads; answered by <see cref="OverseerEvent.Confirmed"/>.</summary>
    public sealed record Confirm(long Round) : OverseerEffect;

    /// <summary>Answered by <see cref="OverseerEvent.Answered"/>.</summary>
    /// <param name="Command">The command and its cause; version, time and actor are filled in by who proposes it.</param>
    public sealed record Propose(long Proposal, CommandEnvelope Command) : OverseerEffect;

    public sealed record Reply(long Ticket, AgentReportReply Message) : OverseerEffect;

    /// <summary>The report is not answered; the node tries again.</summary>
    public sealed record Refuse(long Ticket, string Reason) : OverseerEffect;

    /// <summary>For the daemon's log.</summary>
    public sealed record Say(bool Warning, string Message) : OverseerEffect;
}
