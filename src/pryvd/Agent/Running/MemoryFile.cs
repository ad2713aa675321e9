using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Pryv.Consensus;
using Pryvd.Agent.Core;
using Pryvd.Model.Components;
using Pryvd.Store;

namespace Pryvd.Agent.Running;

/// <summary>The agent's memory as one value of local.db; on the disk when <see cref="Write"/> returns.</summary>
internal sealed partial class MemoryFile(LocalStore store)
{
    private const string Key = "agent";

    public AgentMemory Read()
    {
        if (store.Get(Key) is not { } bytes)
        {
            return AgentMemory.Empty;
        }

        try
        {
            var document = JsonSerializer.Deserialize(bytes, MemoryFormat.Default.Document)!;
            return new AgentMemory(
                new OrderMark(new Epoch(document.Epoch), document.Generation),
                document.RunsBelow,
                document.Obeyed.Where(o => InstanceId.TryParse(o.Instance, out _)).ToImmutableSortedDictionary(
                    o => Parse(o.Instance), o => new ObeyedOrder(new OrderMark(new Epoch(o.Epoch), o.Generation), new StopPolicy(o.Signal, o.GraceMs))));
        }
        catch (JsonException damage)
        {
            throw new StoreException($"The agent's part of local.db cannot be read: {damage.Message} What this node obeyed last is lost; stop pryvd and its components, and move local.db away.", damage);
        }
    }

    public void Write(AgentMemory memory) => store.Put(Key, JsonSerializer.SerializeToUtf8Bytes(
        new Document(
            memory.Through.Epoch.Value,
            memory.Through.Generation,
            memory.RunsBelow,
            [.. memory.Obeyed.Select(o => new Item(o.Key.ToString(), o.Value.Mark.Epoch.Value, o.Value.Mark.Generation, o.Value.Stop.Signal, o.Value.Stop.GraceMs))]),
        MemoryFormat.Default.Document));

    private static InstanceId Parse(string text) => InstanceId.TryParse(text, out var id) ? id : default;

    internal sealed record Document(long Epoch, long Generation, long RunsBelow, IReadOnlyList<Item> Obeyed);

    internal sealed record Item(string Instance, long Epoch, long Generation, string Signal, int GraceMs);

    [JsonSerializable(typeof(Document))]
    private sealed partial class MemoryFormat : JsonSerializerContext;
}
