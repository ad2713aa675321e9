using System.Text.Json;
using System.Text.Json.Serialization;
using Pryv.Consensus;
using Pryv.Consensus.Membership;
using Pryvd.Hosting;

namespace Pryvd.Peers;

/// <summary>
/// identity/peers.json: where the other nodes were last. Its only use is to find the cluster again when log and state
/// are gone, or were never there.
/// </summary>
public sealed partial class PeerBook(string path, string ownNode)
{
    private readonly Lock _gate = new();
    private IReadOnlyList<Entry>? _written;

    public IReadOnlyList<Member> Read()
    {
        if (!File.Exists(path))
        {
            return [];
        }

        return [.. ReadEntries().Where(e => e is { Node: not null, Address: not null } && MemberId.TryParse(e.Member, out _)).Select(ToMember)];
    }

    public void Remember(Configuration configuration) => Write(
        [.. configuration.Members.Values.Where(m => m.Node != ownNode).Select(m => new Entry(m.Node, m.Id.ToString(), m.Address))]);

    public void Remember(IEnumerable<Pryv.Internal.V1.PeerAddress> peers) => Write(
        [.. peers.Where(p => p.NodeId != ownNode).Select(p => new Entry(p.NodeId, p.Member, p.Address))]);

    /// <summary>A file that is damaged is as good as none: it holds nothing that the cluster does not know, and is written anew.</summary>
    private IReadOnlyList<Entry> ReadEntries()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), Format.Default.IReadOnlyListEntry) ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private void Write(IReadOnlyList<Entry> entries)
    {
        lock (_gate)
        {
            if (_written is null || !_written.SequenceEqual(entries))
            {
                DurableFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(entries, Format.Default.IReadOnlyListEntry), UnixFileMode.UserRead | UnixFileMode.UserWrite);
                _written = entries;
            }
        }
    }

    private static Member ToMember(Entry entry)
    {
        _ = MemberId.TryParse(entry.Member, out var id);
        return new Member(id, entry.Node, entry.Address, MemberRole.Learner);
    }

    internal sealed record Entry(string Node, string Member, string Address);

    [JsonSerializable(typeof(IReadOnlyList<Entry>))]
    private sealed partial class Format : JsonSerializerContext;
}
