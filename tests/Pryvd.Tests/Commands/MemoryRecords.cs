using Pryv.Consensus;
using Pryv.Internal.V1;
using Pryvd.Commands;
using Pryvd.Model;
using Pryvd.Model.Rows;

namespace Pryvd.Tests.Commands;

/// <summary>The rows of a state in a dictionary: what the store does with SQLite, done the dumb way.</summary>
internal sealed class MemoryRecords : IRecords
{
    private readonly CommandApplier applier;

    public MemoryRecords(long keptRequests = Limits.KeptRequests) => applier = new CommandApplier(keptRequests);

    public ClusterState State { get; private set; } = ClusterState.Empty;

    public LogIndex Applied { get; private set; }

    public Dictionary<Table, SortedDictionary<string, byte[]>> Rows { get; } =
        Enum.GetValues<Table>().ToDictionary(table => table, _ => new SortedDictionary<string, byte[]>(StringComparer.Ordinal));

    public long EventCount => Rows[Table.Events].Count;

    public IReadOnlyList<Event> Events => [.. Rows[Table.Events].Select(row => EventRow.Read(row.Key, Text(row.Value)))];

    public Event LastEvent => Events[^1];

    public CommandReply Apply(CommandEnvelope envelope) => Apply(new EntryCommand(Applied.Next(), envelope));

    public CommandReply Apply(EntryCommand command)
    {
        Applied = command.Index;
        var outcome = applier.Apply(State, this, command);
        foreach (var change in outcome.Changes)
        {
            Write(change);
        }

        State = outcome.After;
        return outcome.Reply;
    }

    public CommandReply? FindReply(RequestId id) => Rows[Table.Requests].TryGetValue(RequestRow.Key(id), out var row)
        ? RequestRow.Read(RequestRow.Key(id), Text(row))
        : null;

    public IEnumerable<KeptEvent> OldestEvents() => Events.Select(item => new KeptEvent(item.Position, item.TimeMs));

    public IEnumerable<RequestId> OldestRequests() => Rows[Table.Requests].Keys.Select(RequestRow.IdOf);

    private void Write(RowChange change)
    {
        var table = Rows[change.Table];
        if (change.Content?.ToArray() is not { } value)
        {
            table.Remove(change.Key);
            return;
        }

        Assert.False(change.IsNew && table.ContainsKey(change.Key), $"{change.Table} {change.Key} is not new");
        table[change.Key] = value;
    }

    private static string Text(byte[] value) => System.Text.Encoding.UTF8.GetString(value);
}
