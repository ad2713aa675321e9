using Pryv.Consensus.Log;

namespace Pryv.Consensus.Tests.Log;

/// <summary>The dumb log: what a <see cref="DurableLog"/> must say it holds. Immutable, so that older ones can be kept.</summary>
internal sealed record LogModel(LogPosition Base, HardState HardState, IReadOnlyList<Entry> Entries)
{
    public static readonly LogModel Empty = new(LogPosition.Zero, default, []);

    public long Last => Base.Index.Value + Entries.Count;

    public LogModel Append(HardState? hardState, IReadOnlyList<Entry> entries) => this with
    {
        HardState = hardState ?? HardState,
        Entries = entries.Count == 0
            ? Entries
            : [.. Entries.TakeWhile(entry => entry.Index < entries[0].Index), .. entries],
    };

    public LogModel CompactTo(LogPosition to) => this with
    {
        Base = to,
        Entries = [.. Entries.SkipWhile(entry => entry.Index <= to.Index)],
        HardState = HardState with { Commit = LogIndex.Max(HardState.Commit, to.Index) },
    };

    public string Describe() =>
        $"{Base} {HardState} [{string.Join(' ', Entries.Select(LogFixture.Describe))}] " +
        $"[{string.Join(' ', Entries.Where(entry => entry.Kind == EntryKind.Configuration).Select(entry => entry.Index))}]";

    public static string Describe(DurableLog log) =>
        $"{log.Base.Position} {log.HardState} [{string.Join(' ', LogFixture.Entries(log))}] " +
        $"[{string.Join(' ', log.Configurations.Select(entry => entry.Index))}]";
}
