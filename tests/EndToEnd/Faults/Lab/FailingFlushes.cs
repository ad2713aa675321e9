using EndToEnd.Harness;

namespace EndToEnd.Faults.Lab;

/// <summary>A disk whose flushes can be made to fail, for files whose path holds a text.</summary>
public sealed class FailingFlushes : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pryvd-flush-").FullName;

    public FailingFlushes() => Shell.Run("gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", Library, Shell.Script("failsync.c"));

    public Habitat Habitat => new()
    {
        Environment = new Dictionary<string, string> { ["LD_PRELOAD"] = Library, ["FAILSYNC"] = Trigger },
    };

    private string Library => Path.Combine(_folder, "failsync.so");

    private string Trigger => Path.Combine(_folder, "trigger");

    public void Fail(string path)
    {
        File.WriteAllText(Trigger + ".new", path);
        File.Move(Trigger + ".new", Trigger, overwrite: true);
    }

    public void Mend() => File.Delete(Trigger);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
