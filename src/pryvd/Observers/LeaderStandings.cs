using System.Collections.Immutable;
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
    private volatile ImmutableDictionary<string, Told> _told = ImmutableDictionary<string, Told>.Empty;

    /// <summary>The best that any member knows of it: an observer reports to one member at a time.</summary>
    public ObserverStanding Of(string node) =>
        _told.Values.Select(t => t.Standings.GetValueOrDefault(node)).DefaultIfEmpty(ObserverStanding.Silent).Max();

    /// <summary>Asks where it is time to.</summary>
    public async Task CollectAsync()
    {
        var now = session.Parts.Clock.GetElapsedTime(_started);
        if (now < _next)
        {
            return;
        }

        _next = now + Pace;
        var members = session.Configuration.Members.Values.DistinctBy(m => m.Node).ToList();
        var told = await Task.WhenAll(members.Select(AskAsync)).ConfigureAwait(false);
        _told = told.ToImmutableDictionary(t => t.Node, t => t.Told, StringComparer.Ordinal);
    }

    /// <summary>This node does not lead: what it knew grows old.</summary>
    public void Forget() => (_told, _next) = (ImmutableDictionary<string, Told>.Empty, TimeSpan.Zero);

    private async Task<(string Node, Told Told)> AskAsync(Member member)
    {
        var before = _told.GetValueOrDefault(member.Node, Told.Nothing);
        if (member.Node == session.NodeId)
        {
            return (member.Node, before.With(session.Reports.Since(before.Version)));
        }

        try
        {
            var reply = await session.Channels.Client(member.Node, member.Address)
                .CollectStandingsAsync(new CollectRequest { Since = before.Version }, deadline: DateTime.UtcNow + Patience).ResponseAsync.ConfigureAwait(false);
            return (member.Node, before.With(reply));
        }
        catch (RpcException)
        {
            // Its observers go to another member when it is gone; until then nothing is known of them anew.
            return (member.Node, Told.Nothing);
        }
    }

    /// <summary>What one member said, up to which version.</summary>
    private sealed record Told(long Version, ImmutableDictionary<string, ObserverStanding> Standings)
    {
        public static readonly Told Nothing = new(0, ImmutableDictionary<string, ObserverStanding>.Empty);

        public Told With(CollectReply reply) =>
            new(reply.Version, Standings.SetItems(reply.Observers.Select(o => KeyValuePair.Create(o.NodeId, (ObserverStanding)o.Standing))));
    }
}
