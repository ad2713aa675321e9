using Pryvd.Model;

namespace Pryvd.Commands;

/// <summary>
/// Forgets what is past its bound, a few rows with each command, so that no command is ever slow and every node forgets the
/// same rows at the same index (invariants 4 and 10).
/// </summary>
internal static class Pruning
{
    public static void Apply(Draft draft, IRecords records)
    {
        PruneEvents(draft, records);
        PruneDeletedVar(draft);
    }

    /// <summary>Removes versions of a variable that are older than the setting keeps; returns the oldest that is left.</summary>
    public static long PruneVersions(Draft draft, VarName name, long newest, long kept)
    {
        var wanted = Math.Max(kept, newest - draft.State.Settings.HistoryMaxVersions + 1);
        var oldest = Math.Min(wanted, kept + Limits.PrunedVersions);
        for (var version = kept; version < oldest; version++)
        {
            draft.RemoveVersion(name, version);
        }

        return oldest;
    }

    private static void PruneEvents(Draft draft, IRecords records)
    {
        var excess = records.EventCount + draft.Events - draft.State.Settings.EventsMaxCount;
        var horizonMs = draft.TimeMs - (draft.State.Settings.EventsMaxAgeHours * 3_600_000);
        // A command that makes many events prunes as many and more, or they would outgrow their bound.
        foreach (var old in records.OldestEvents().Take(Math.Max(Limits.PrunedEvents, 2 * draft.Events)))
        {
            if (excess-- <= 0 && old.TimeMs >= horizonMs)
            {
                return;
            }

            draft.Forget(old.Position);
        }
    }

    private static void PruneDeletedVar(Draft draft)
    {
        if (draft.State.Vars.DeletedCount <= Limits.DeletedVars || draft.State.Vars.OldestDeleted is not { } item)
        {
            return;
        }

        var oldest = Math.Min(item.Version, item.OldestVersion + Limits.PrunedVersions);
        for (var version = item.OldestVersion; version < oldest; version++)
        {
            draft.RemoveVersion(item.Name, version);
        }

        if (oldest < item.Version)
        {
            draft.Put(item with { OldestVersion = oldest }, isNewVersion: false);
            return;
        }

        draft.RemoveVersion(item.Name, item.Version);
        draft.Remove(item);
    }
}
