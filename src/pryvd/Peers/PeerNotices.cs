using System.Collections.Concurrent;

namespace Pryvd.Peers;

/// <summary>What went wrong last with each peer, for status and logs.</summary>
public sealed class PeerNotices
{
    private readonly ConcurrentDictionary<string, PeerNotice> _last = new();

    /// <summary>Peers that answered and refused us, with their reasons.</summary>
    public IEnumerable<(string Node, string Reason)> Refusals =>
        _last.Where(p => p.Value.Refused).Select(p => (p.Key, p.Value.Reason));

    /// <summary>Why a peer does not take this node for one of the cluster any more; null when none says so.</summary>
    public string? Denial => _last.Values.FirstOrDefault(n => n.Denied)?.Reason;

    /// <summary>True when this is news.</summary>
    public bool Put(string node, PeerNotice notice)
    {
        var known = _last.TryGetValue(node, out var before) && before == notice;
        _last[node] = notice;
        return !known;
    }

    public void Clear(string node) => _last.TryRemove(node, out _);
}
