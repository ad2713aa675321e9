using System.Text;

namespace Pryvd.Guard.Units;

/// <summary>
/// The environment of a unit, for the moment of its start: as a property everybody on the machine could read it (systemctl show), with all
/// secrets that it holds. Form: systemd.exec(5), EnvironmentFile.
/// </summary>
internal sealed class EnvironmentFile : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private EnvironmentFile(string path) => Path = path;

    public string Path { get; }

    /// <param name="path">Where it is written; nobody but the owner may read it.</param>
    /// <param name="variables">NAME=VALUE each.</param>
    /// <exception cref="GuardException">It cannot be written.</exception>
    public static EnvironmentFile Write(string path, IEnumerable<string> variables)
    {
        try
        {
            // Never into a file that was there, whose mode would stay.
            File.Delete(path);
            using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly });
            file.Write(Encoding.UTF8.GetBytes(string.Concat(variables.Select(Line))));
            return new EnvironmentFile(path);
        }
        catch (IOException failure)
        {
            throw new GuardException($"The environment cannot be written to {path}: {failure.Message} Free some space there.", failure);
        }
    }

    /// <summary>One variable as systemd reads it: in quotes all stands for itself but for these four, which a backslash goes before.</summary>
    internal static string Line(string variable)
    {
        var split = variable.IndexOf('=', StringComparison.Ordinal);
        var value = new StringBuilder();
        foreach (var letter in variable.AsSpan(split + 1))
        {
            value.Append(letter is '"' or '\\' or '`' or '$' ? "\\" : "").Append(letter);
        }

        return $"{variable[..split]}=\"{value}\"\n";
    }

    /// <summary>systemd has read it.</summary>
    public void Dispose() => File.Delete(Path);
}
