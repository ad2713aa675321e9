using Pryv.Consensus;
using Pryvd.Commands;
using Pryvd.Model;

namespace Pryvd.Store;

/// <summary>How far the state has come; written with each batch in its transaction.</summary>
/// <param name="TimeMs">Time of the last command.</param>
/// <param name="Configuration">The encoded Raft configuration of the last configuration entry applied; before the first, that of the log's beginning.</param>
internal sealed record AppliedRow(
    LogPosition Position, long TimeMs, MultisetHash Digest, EventPosition EventsPrunedTo, ReadOnlyMemory<byte> Configuration)
{
    public static readonly AppliedRow None = new(LogPosition.Zero, 0, default, EventPosition.Zero, ReadOnlyMemory<byte>.Empty);

    private const string Update =
        "UPDATE applied SET log_index = ?1, term = ?2, time_ms = ?3, digest = ?4, events_pruned_to = ?5, configuration = ?6";

    public static void Create(Database database)
    {
        database.Execute("""
            CREATE TABLE applied (id INTEGER PRIMARY KEY CHECK (id = 1), log_index INTEGER NOT NULL, term INTEGER NOT NULL,
              time_ms INTEGER NOT NULL, digest TEXT NOT NULL, events_pruned_to TEXT NOT NULL, configuration BLOB NOT NULL);
            INSERT INTO applied VALUES (1, 0, 0, 0, '', '', x'')
            """);
        using var statement = database.PrepareOnce(Update);
        None.Write(statement);
    }

    public static Statement PrepareWrite(Database database) => database.Prepare(Update);

    public static AppliedRow Read(Database database)
    {
        using var row = database.PrepareOnce("SELECT log_index, term, time_ms, digest, events_pruned_to, configuration FROM applied");
        return row.Step() && row.Number(0) >= 0 && row.Number(1) >= 0 && row.Number(2) is >= 0 and <= Limits.MaxTimeMs && MultisetHash.TryParse(row.Text(3), out var digest) && EventPosition.TryParse(row.Text(4), out var pruned)
            ? new AppliedRow(new LogPosition(new LogIndex(row.Number(0)), new Term(row.Number(1))), row.Number(2), digest, pruned, row.Blob(5))
            : throw new Model.Rows.RowDamageException("table applied does not say how far the state has come");
    }

    public void Write(Statement update) => update
        .Bind(1, Position.Index.Value)
        .Bind(2, Position.Term.Value)
        .Bind(3, TimeMs)
        .Bind(4, Digest.ToString())
        .Bind(5, EventsPrunedTo.ToString())
        .BindBlob(6, Configuration.Span)
        .Run();
}
