using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Pryv.Consensus;
using Pryv.Consensus.Core;
using Pryv.Consensus.Log;
using Pryv.Consensus.Membership;
using Pryv.Consensus.Running;

namespace Pryvd.Peers.Links;

/// <summary>The replica's way to the other members: two links each, so that pieces of snapshots never hold up heartbeats.</summary>
public sealed class PeerTransport : ITransport, IAsyncDisposable
{
    private const int ControlCapacity = 4096;
    private const int BulkCapacity = 8;

    private readonly LogIdentity _identity;
    private readonly PeerChannels _channels;
    private readonly PeerNotices _notices;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private ImmutableDictionary<MemberId, Links> _links = ImmutableDictionary<MemberId, Links>.Empty;
    private bool _closed;

    public PeerTransport(LogIdentity identity, PeerChannels channels, PeerNotices notices, TimeProvider clock, ILogger logger) =>
        (_identity, _channels, _notices, _clock, _logger) = (identity, channels, notices, clock, logger);

    /// <summary>A peer is of a later epoch than this member: its time is over.</summary>
    public event Action<Epoch>? NewerEpoch;

    public void Send(Message message)
    {
        if (_links.TryGetValue(message.To, out var links))
        {
            (message is Message.SnapshotChunk { Data.IsEmpty: false } ? links.Bulk : links.Control).Send(message);
        }
    }

    /// <summary>A node has called this one: it can be reached, and waits for what this one has to say.</summary>
    public void Called(string node)
    {
        foreach (var links in _links.Values.Where(links => links.Node == node))
        {
            links.Control.Called();
            links.Bulk.Called();
        }
    }

    public void Update(Configuration configuration)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }

            var wanted = configuration.All.Where(m => m.Id != _identity.Member).ToDictionary(m => m.Id);
            foreach (var (id, links) in _links)
            {
                if (!wanted.TryGetValue(id, out var member) || member.Address != links.Address)
                {
                    _links = _links.Remove(id);
                    _ = CloseAsync(links);
                }
            }

            foreach (var member in wanted.Values.Where(m => !_links.ContainsKey(m.Id)))
            {
                _links = _links.Add(member.Id, Open(member));
            }
        }
    }

    /// <summary>Answers to members that are not in our configuration, because we know none yet: their addresses come with the join.</summary>
    public void Introduce(IEnumerable<Member> members)
    {
        lock (_gate)
        {
            foreach (var member in members.Where(m => m.Id != _identity.Member && !_closed && !_links.ContainsKey(m.Id)))
            {
                _links = _links.Add(member.Id, Open(member));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        ImmutableDictionary<MemberId, Links> links;
        lock (_gate)
        {
            _closed = true;
            (links, _links) = (_links, ImmutableDictionary<MemberId, Links>.Empty);
        }

        await Task.WhenAll(links.Values.Select(CloseAsync)).ConfigureAwait(false);
    }

    private Links Open(Member member)
    {
        Task<OpenLink> DialAsync(CancellationToken cancel) => _channels.LinkAsync(member.Node, member.Address, cancel);
        return new Links(
            member.Node,
            member.Address,
            new PeerLink(member.Node, DialAsync, PeerProtocol.OpeningOf(_identity), _notices, OnEpoch, ControlCapacity, _clock, _logger),
            new PeerLink(member.Node, DialAsync, PeerProtocol.OpeningOf(_identity), _notices, OnEpoch, BulkCapacity, _clock, _logger));
    }

    private void OnEpoch(Epoch epoch)
    {
        if (epoch > _identity.Epoch)
        {
            NewerEpoch?.Invoke(epoch);
        }
    }

    private static async Task CloseAsync(Links links)
    {
        await links.Control.DisposeAsync().ConfigureAwait(false);
        await links.Bulk.DisposeAsync().ConfigureAwait(false);
    }

    private sealed record Links(string Node, string Address, PeerLink Control, PeerLink Bulk);
}
