using System.Security.Cryptography;
using Pryv.V1;
using Pryvd.Cli.Parsing;
using Pryvd.Specs;

namespace Pryvd.Cli.Calling;

/// <summary>Component files of this machine, and the artifacts that lie beside them.</summary>
/// <param name="Uploads">Path of each artifact, by its content: 64 hexadecimal digits.</param>
internal sealed record ComponentFiles(IReadOnlyList<ComponentFile> Files, IReadOnlyDictionary<string, string> Uploads)
{
    private const int MaxBytes = 512 * 1024;

    /// <param name="call">The call; - is its standard input.</param>
    /// <param name="paths">Of the files, in their order.</param>
    /// <exception cref="CliException">One cannot be read. What is wrong within it is the daemon's to tell.</exception>
    public static async Task<ComponentFiles> Read(Call call, IEnumerable<string> paths)
    {
        var files = new List<ComponentFile>();
        var uploads = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            var file = new ComponentFile { Name = path, Yaml = await Text(call, path) };
            foreach (var artifact in SpecFiles.ArtifactPaths(file.Yaml))
            {
                await Add(file, Beside(path, artifact), artifact, uploads, call.Stop);
            }

            files.Add(file);
        }

        return new ComponentFiles(files, uploads);
    }

    private static Task<string> Text(Call call, string path) => path == "-"
        ? BoundedText.FromStream(call.Terminal.In, "standard input", MaxBytes, call.Stop)
        : BoundedText.FromFile(path, MaxBytes, call.Stop);

    private static string Beside(string path, string artifact) =>
        Path.GetFullPath(artifact, path == "-" ? Directory.GetCurrentDirectory() : Path.GetDirectoryName(Path.GetFullPath(path))!);

    /// <summary>One that is not there is left out: the daemon tells it with its line.</summary>
    private static async Task Add(ComponentFile file, string path, string artifact, Dictionary<string, string> uploads, CancellationToken stop)
    {
        if (!File.Exists(path))
        {
            return;
        }

        try
        {
            await using var content = File.OpenRead(path);
            var sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, stop));
            file.Artifacts[artifact] = new ArtifactContent { Sha256 = sha256, Size = content.Length };
            uploads[sha256] = path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CliException.Failed($"The artifact {path} cannot be read: {e.Message}");
        }
    }
}
