using Pryv.Consensus;
using Pryv.Consensus.Core;
using Pryv.Consensus.Membership;
using Pryv.Consensus.Quorum;
using Pryv.V1;
using Pryvd.Model;
using Pryvd.Observers;
using Pryvd.Raft;
using Member = Pryv.Consensus.Membership.Member;

namespace Pryvd.Api;

/// <summary>What status says: from what this node knows, never waiting for anybody.</summary>
internal static class StatusPage
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    /// <summary>An upstream says once a second how fresh it is itself, and there may be a few on the way.</summary>
    private static readonly TimeSpan FreshHere = TimeSpan.FromSeconds(5);

    public static StatusReply Of(NodeHost host)
    {
        var reply = new StatusReply
        {
            State = host.Standing.ToString().ToLowerInvariant(),
            Node = host.Options.Name,
            Version = NodeFacts.Version,
            Problem = host.Problem,
            Info = new ReadInfo { Stale = true, AgeMs = -1 },
        };
        if (host.Identity is { } identity)
        {
            (reply.Cluster, reply.ClusterId, reply.NodeId) = (identity.Cluster.ClusterName, identity.Cluster.ClusterId, identity.Cluster.NodeId);
            reply.Node = identity.Cluster.NodeName;
        }

        if (host.Session is { } session)
        {
            Fill(reply, session, host.Standing == NodeStanding.Running);
        }

        return reply;
    }

    public static IEnumerable<Pryv.V1.Member> Members(ClusterSession session)
    {
        var state = session.Store.Read().State;
        return session.Configuration.All.Select(m => MemberOf(m, session, state)).OrderBy(m => m.Name, StringComparer.Ordinal);
    }

    private static void Fill(StatusReply reply, ClusterSession session, bool runs)
    {
        var state = session.Store.Read().State;
        reply.Role = RoleOf(session);
        reply.Leader = runs ? LeaderOf(session) : "";
        reply.Term = session.Term.Value;
        reply.Quorum = runs && HasQuorum(session);
        (reply.CommitIndex, reply.AppliedIndex) = (session.Commit.Value, session.Store.Applied.Value);
        reply.Epoch = session.Epoch.Value;
        reply.ClusterVersion = state.Cluster?.ClusterVersion ?? 0;
        reply.Members.AddRange(Members(session));
        reply.Observers = state.Nodes.Living.Count(n => n.Member.IsNone);
        reply.Upstream = UpstreamOf(session);
        reply.Info.AppliedIndex = session.Store.Applied.Value;
        reply.Info.AgeMs = (long?)session.Age?.TotalMilliseconds ?? -1;
        reply.Timing = TimingOf(session as MemberSession, state.Settings);
        reply.Notices.AddRange(Notices(session, reply, runs));
    }

    public static string RoleOf(ClusterSession session) => session is MemberSession member
        ? member.Configuration.Find(member.LogIdentity.Member)?.Role.ToString().ToLowerInvariant() ?? "learner"
        : "observer";

    public static string LeaderOf(ClusterSession session) => session switch
    {
        MemberSession member => member.NameOf(member.Runner.Status.Leader),
        { Leader: { } leader } => session.NameOfNode(leader.Node),
        _ => "",
    };

    /// <summary>Null for a member; an observer that has lost its upstream has one without a name.</summary>
    private static Upstream? UpstreamOf(ClusterSession session) => session is not ObserverSession observer
        ? null
        : new Upstream
        {
            Name = observer is { IsAttached: true, Upstream: { } upstream } ? session.NameOfNode(upstream.Node.Node) : "",
            Address = observer is { IsAttached: true, Upstream: { } at } ? at.Node.Address : "",
            Depth = observer.Depth ?? 0,
            Behind = observer.Commit - observer.Store.Applied,
        };

    /// <summary>A leader checks its quorum itself; the others go by how fresh the leader's word is.</summary>
    private static bool HasQuorum(ClusterSession session) =>
        session.Leads || (session.Leader is not null && session.LeaderSilence < (session is ObserverSession ? FreshHere : Fresh));

    private static Pryv.V1.Member MemberOf(Member member, ClusterSession session, ClusterState state)
    {
        var node = state.Nodes.Find(new NodeId(member.Node));
        var status = (session as MemberSession)?.Runner.Status;
        var progress = status?.Members.FirstOrDefault(p => p.Id == member.Id);
        return new Pryv.V1.Member
        {
            Name = node?.Name ?? member.Node,
            Id = member.Node,
            Address = member.Address,
            Role = member.Role.ToString().ToLowerInvariant(),
            State = node?.State.Word() ?? "",
            Leader = status is null ? member.Node == session.Leader?.Node : member.Id == status.Leader,
            Member_ = member.Id.ToString(),
            MatchIndex = progress?.Match.Value ?? -1,
            LastContactMs = progress is { EverHeard: true } || member.Id == status?.Self && progress is not null ? progress.SilentTicks * 10 : -1,
            Datacenter = node?.Datacenter ?? "",
            Version = node?.Version ?? "",
        };
    }

    private static Timing TimingOf(MemberSession? session, Settings settings)
    {
        var roundTrip = session?.Runner.RoundTripSamples.Percentile(0.99) ?? 0;
        var flush = session?.Runner.FlushSamples.Percentile(0.99) ?? 0;
        return new Timing
        {
            HeartbeatMs = settings.HeartbeatMs,
            ElectionMinMs = settings.ElectionMs,
            ElectionMaxMs = 2 * settings.ElectionMs,
            MeasuredRoundTripP99Ms = (int)Math.Ceiling(roundTrip),
            MeasuredFlushP99Ms = (int)Math.Ceiling(flush),
            RecommendedElectionMinMs = (int)Math.Ceiling(10 * (roundTrip + flush) / 10) * 10,
        };
    }

    private static IEnumerable<string> Notices(ClusterSession session, StatusReply reply, bool runs)
    {
        if (!runs)
        {
            yield break;
        }

        if (!reply.Quorum)
        {
            yield return "No leader can be reached from here: writes and plain reads fail; --stale reads answer from this node. If most voters are lost for good, see 'pryvd raft recover --help'.";
        }

        var configuration = session.Configuration;
        var voters = configuration.Voters.Count();
        if (configuration.IsJoint)
        {
            yield return "The set of voters is being changed.";
        }
        else if (voters == 1 && configuration.Members.Count == 2)
        {
            yield return "One of two nodes votes: two voters would be less safe than one, because either's loss would stop both. A third node, or a witness (token create --role witness), makes it three voters.";
        }
        else if (voters == 2)
        {
            yield return "Two voters, as was asked for: if either is lost, nothing can be written. Add a third node or a witness.";
        }

        if (reply.Timing.RecommendedElectionMinMs > reply.Timing.ElectionMinMs)
        {
            yield return $"Round trips and flushes are slow for an election timeout of {reply.Timing.ElectionMinMs} ms; set pryvd.raft.election_ms to {reply.Timing.RecommendedElectionMinMs} or more.";
        }

        if (reply.Upstream is { Name: "" })
        {
            yield return "This observer has no upstream now: what it has grows old. It tries the members and the observers above it again and again.";
        }

        foreach (var (node, reason) in session.Notices.Refusals)
        {
            yield return $"Node {session.Store.Read().State.Nodes.Find(new NodeId(node))?.Name ?? node} refuses this node: {reason}";
        }
    }
}
