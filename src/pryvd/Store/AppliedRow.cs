using Pryv.Consensus;
using Pryvd.Commands;
using Pryvd.Model;

namespace Pryvd.Store;

/// <summary>How far the rows on disk have come, and their digest; written with them in one transaction.</summary>
internal sealed record AppliedRow(Progress Progress, MultisetHash Digest)
{
    private const string Update =
        "UPDATE applied SET log_index = ?1, term = ?2, time_ms = ?3, digest = ?4, events_pruned_to = ?5, event_count = ?6, configuration = ?7";

    public static void Create(Database database)
    {
        database.Execute("""
            CREATE TABLE applied (id INTEGER PRIMARY KEY CHECK (id = 1), log_index INTEGER NOT NULL, term INTEGER NOT NULL, time_ms INTEGER NOT NULL,
              digest TEXT NOT NULL, events_pruned_to TEXT NOT NULL, event_count INTEGER NOT NULL, configuration BLOB NOT NULL);
            INSERT INTO applied VALUES (1, 0, 0, 0, '', '', 0, x'')
            """);
        using var statement = database.PrepareOnce(Update);
        new AppliedRow(Progress.None, default).Write(statement);
    }

    public static Statement PrepareWrite(Database database) => database.Prepare(Update);

    public static AppliedRow Read(Database database)
    {
        using var row = database.PrepareOnce("SELECT log_index, term, time_ms, digest, events_pruned_to, event_count, configuration FROM applied");
        return row.Step() && row.Number(0) >= 0 && row.Number(1) >= 0 && row.Number(2) is >= 0 and <= Limits.MaxTimeMs && row.Number(5) >= 0
            && MultisetHash.TryParse(row.Text(3), out var digest) && EventPosition.TryParse(row.Text(4), out var pruned)
                ? new AppliedRow(new Progress(Position(row), row.Number(2), pruned, row.Number(5), row.Blob(6)), digest)
                : throw new Model.Rows.RowDamageException("table applied does not say how far the state has come");
    }

    public void Write(Statement update) => update
        .Bind(1, Progress.Position.Index.Value)
        .Bind(2, Progress.Position.Term.Value)
        .Bind(3, Progress.TimeMs)
        .Bind(4, Digest.ToString())
        .Bind(5, Progress.EventsPrunedTo.ToString())
        .Bind(6, Progress.EventCount)
        .BindBlob(7, Progress.Configuration.Span)
        .Run();

    private static LogPosition Position(Statement row) => new(new LogIndex(row.Number(0)), new Term(row.Number(1)));
}
