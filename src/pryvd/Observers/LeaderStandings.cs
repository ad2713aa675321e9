using Grpc.Core;
using Pryv.Consensus;
using Pryv.Consensus.Membership;
using Pryv.Consensus.Observers;
using Pryv.Internal.V1;
using Pryvd.Raft;

namespace Pryvd.Observers;

/// <summary>
/// What the leader knows of all observers. It asks each member once a second for the standings that changed there since
/// the last time: as many messages as there are members, however many observers there are.
/// </summary>
internal sealed class LeaderStandings(MemberSession session)
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(800);

    private readonly long _started = session.Parts.Clock.GetTimestamp();
    private TimeSpan _next = TimeSpan.Zero;
    private volatile StandingsBoard _board = StandingsBoard.Empty;

    public ObserverStanding Of(string node) => _board.Of(node);

    /// <summary>Asks when it is time to.</summary>
    public async Task CollectAsync()
    {
        var now = session.Parts.Clock.GetElapsedTime(_started);
        if (now < _next)
        {
            return;
        }

        _next = now + Pace;
        var members = session.Configuration.Members.Values.DistinctBy(m => m.Node).ToList();
        var answers = await Task.WhenAll(members.Select(AskAsync)).ConfigureAwait(false);
        _board = answers.Where(a => a.Reply is not null).Aggregate(
            _board.Only(answers.Where(a => a.Reply is not null).Select(a => a.Node)),
            (board, a) => board.With(a.Node, a.Reply!.Version, a.Reply.Observers.Select(ReportOf)));
    }

    /// <summary>This node does not lead: what it knew grows old.</summary>
    public void Forget() => (_board, _next) = (StandingsBoard.Empty, TimeSpan.Zero);

    private async Task<(string Node, CollectReply? Reply)> AskAsync(Member member)
    {
        var since = _board.VersionOf(member.Node);
        if (member.Node == session.NodeId)
        {
            return (member.Node, session.Reports.Since(since));
        }

        try
        {
            return (member.Node, await session.Channels.Client(member.Node, member.Address)
                .CollectStandingsAsync(new CollectRequest { Since = since }, deadline: DateTime.UtcNow + Patience).ResponseAsync.ConfigureAwait(false));
        }
        catch (RpcException)
        {
            // Its observers go to another member when it is gone; until then nothing is known of them.
            return (member.Node, null);
        }
    }

    private static Pryv.Consensus.Observers.ObserverReport ReportOf(Pryv.Internal.V1.ObserverReport told) =>
        new(told.NodeId, (ObserverStanding)told.Standing, new LogIndex(told.Applied));
}
