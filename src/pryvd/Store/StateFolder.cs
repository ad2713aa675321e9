using System.Globalization;
using Pryv.Consensus;

namespace Pryvd.Store;

/// <summary>
/// The files of the state: <c>state-INDEX.db</c>, and CURRENT with the name of the one that counts. Whatever else is there
/// was left by a crash and is removed.
/// </summary>
internal sealed class StateFolder(string folder)
{
    private const string CurrentName = "CURRENT";
    private const string Pattern = "state-*.db";

    public string PathFor(LogIndex index) =>
        Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"state-{index.Value}.db"));

    /// <summary>The live database, made when the folder holds none.</summary>
    public string FindOrCreate()
    {
        Directory.CreateDirectory(folder);
        var path = FindCurrent() ?? Adopt() ?? Create();
        RemoveOthers(path);
        return path;
    }

    /// <summary>Moves a checked snapshot into the folder, durable, but not yet current.</summary>
    public string TakeIn(string file, LogIndex index)
    {
        var path = PathFor(index);
        File.Move(file, path, overwrite: true);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Durable.SyncFile(path);
        Durable.SyncFolder(folder);
        return path;
    }

    /// <summary>From here on the database counts, whatever happens.</summary>
    public void MakeCurrent(string path) => Durable.Replace(Path.Combine(folder, CurrentName), Path.GetFileName(path) + "\n");

    public void RemoveOthers(string live)
    {
        var mine = new[] { live, live + "-wal", live + "-shm" };
        var others = Directory.GetFiles(folder, "state-*").Append(Path.Combine(folder, CurrentName + ".tmp"))
            .Where(file => File.Exists(file) && !mine.Contains(file)).ToList();
        others.ForEach(File.Delete);
        if (others.Count > 0)
        {
            Durable.SyncFolder(folder);
        }
    }

    private string? FindCurrent()
    {
        var pointer = Path.Combine(folder, CurrentName);
        if (!File.Exists(pointer))
        {
            return null;
        }

        var name = File.ReadAllText(pointer).Trim();
        var path = Path.Combine(folder, name);
        return name.Length > 0 && name == Path.GetFileName(name) && File.Exists(path)
            ? path
            : throw new StoreException($"{pointer} names '{name}', which is not there. Put the file back, or delete the node's data folder except identity/ and let it rejoin.");
    }

    /// <summary>A crash between the making of the first database and CURRENT leaves exactly one; it is complete, or it has another name.</summary>
    private string? Adopt()
    {
        var found = Directory.GetFiles(folder, Pattern);
        if (found.Length > 1)
        {
            throw new StoreException($"{folder} holds {found.Length} state databases and no {CurrentName} that says which one counts. Write its name there, or delete the data folder except identity/ and let the node rejoin.");
        }

        if (found.Length == 1)
        {
            MakeCurrent(found[0]);
        }

        return found.FirstOrDefault();
    }

    private string Create()
    {
        var unfinished = Path.Combine(folder, "state-new.tmp");
        foreach (var leftover in new[] { unfinished, unfinished + "-wal", unfinished + "-shm" })
        {
            File.Delete(leftover);
        }

        LiveDatabase.Create(unfinished);
        var path = TakeIn(unfinished, LogIndex.Zero);
        MakeCurrent(path);
        return path;
    }
}
