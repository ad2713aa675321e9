using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pryvd.Hosting;

/// <summary>
/// DATA/version: the form of the data folder and the program that used it last, so that an older one refuses before it reads anything, and can say which
/// one to install.
/// </summary>
internal static class DataVersion
{
    /// <summary>Raised whenever what is on the disk could not be read any more by the version before.</summary>
    public const int Format = 1;

    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes sure that this build understands the folder, and marks it as its own.</summary>
    /// <exception cref="StartupException">A newer one wrote it, or the mark is damaged.</exception>
    public static void Claim(string folder, string program)
    {
        var path = Path.Combine(folder, "version");
        var (format, last) = File.Exists(path) ? Read(path) : (0, "");
        if (format > Format)
        {
            throw new StartupException(
                $"{folder} was last used by pryvd {last}, whose data has format {format}; this is pryvd {program}, which knows formats up to {Format}. Nothing was changed. "
                + $"Install pryvd {last} or a newer one. To go back to {program} instead, where the other nodes run it: move all of {folder} but identity/ away and start; the node gets its state from them.");
        }

        if ((format, last) != (Format, program))
        {
            DurableFile.Write(path, Encoding.UTF8.GetBytes(new JsonObject { ["format"] = Format, ["program"] = program }.ToJsonString()), Readable);
        }
    }

    private static (int Format, string Program) Read(string path)
    {
        try
        {
            var mark = JsonNode.Parse(File.ReadAllBytes(path));
            return ((int)mark!["format"]!, (string?)mark["program"] ?? throw new FormatException("it names no program."));
        }
        catch (Exception damage) when (damage is JsonException or NullReferenceException or InvalidOperationException or FormatException)
        {
            throw new StartupException($"{path} is damaged: {damage.Message} If this version of pryvd was the last to run here, delete that file.", damage);
        }
    }
}
