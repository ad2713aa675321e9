namespace Pryvd.Agent.Running;

/// <summary>Which file a command means: an absolute path, a file of the artifact, or a name on the search path.</summary>
internal static class ProgramPath
{
    /// <exception cref="FileNotFoundException">There is none; the message says where it was looked for.</exception>
    public static string Find(string program, string artifact, string searchPath)
    {
        if (program.StartsWith('/'))
        {
            return File.Exists(program) ? program : throw Missing($"There is no program {program} on this node. Install it, or correct the command of the component.");
        }

        var inArtifact = Path.GetFullPath(Path.Combine(artifact, program));
        if (File.Exists(inArtifact) && inArtifact.StartsWith(artifact + "/", StringComparison.Ordinal))
        {
            return inArtifact;
        }

        var found = program.Contains('/', StringComparison.Ordinal) ? null : searchPath.Split(':').Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
        return found ?? throw Missing($"There is no program {program} in the artifact of the component or on the search path ({searchPath}) of this node. Install it, or correct the command of the component.");
    }

    private static FileNotFoundException Missing(string message) => new(message);
}
