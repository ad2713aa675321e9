using System.Collections.Concurrent;

namespace Pryvd.Peers;

/// <summary>What went wrong last with each peer, for status and logs.</summary>
public sealed class PeerNotices
{
    private readonly ConcurrentDictionary<string, (string Reason, bool Refused)> _last = new();

    /// <summary>Peers that answered and refused us, with their reasons.</summary>
    public IEnumerable<(string Node, string Reason)> Refusals =>
        _last.Where(p => p.Value.Refused).Select(p => (p.Key, p.Value.Reason));

    /// <summary>True when this is news.</summary>
    public bool Put(string node, string reason, bool refused)
    {
        var known = _last.TryGetValue(node, out var before) && before == (reason, refused);
        _last[node] = (reason, refused);
        return !known;
    }

    public void Clear(string node) => _last.TryRemove(node, out _);
}
